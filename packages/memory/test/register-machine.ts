import { createHash } from 'node:crypto'
import { SynodError } from '@synod/interface'
import { zxidZero } from '@synod/interface/protocol'
import type { Entry, SessionInfo, StateMachine, Zxid } from '@synod/interface/protocol'

interface Command {
  readonly op: string
  readonly key: string
  readonly value: string
  readonly id: number
  readonly touchCount: number
}

export interface RegisterState {
  registers: [string, string][]
  sessions: [number, number][]
}

export const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

function parse(bytes: Uint8Array): Command | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value !== 'object' || value === null) return null
    const command = { op: '', key: '', value: '', id: 0, touchCount: -1, ...value }
    return typeof command.op === 'string' && typeof command.key === 'string' && typeof command.value === 'string' ? command : null
  } catch {
    return null
  }
}

/** Registers with values, and sessions that can be opened, touched and expired: the smallest machine that the contract can be shown on. */
export class RegisterMachine implements StateMachine {
  appliedZxid: Zxid = zxidZero
  registers: Map<string, string> = new Map()
  touches: Map<number, number> = new Map()

  apply(entry: Entry): Uint8Array {
    this.appliedZxid = { epoch: entry.epoch, index: entry.index }
    if (entry.type !== 'command') return new Uint8Array()
    const command = parse(entry.payload)
    return encode({ ok: command !== null && this.execute(command, entry.index) })
  }

  execute(command: Command, index: number): boolean {
    if (command.op === 'set') this.registers.set(command.key, command.value)
    else if (command.op === 'open') this.touches.set(index, 1)
    else if (command.op === 'expire' && this.isCurrent(command)) this.touches.delete(command.id)
    else return false
    return true
  }

  isCurrent(command: Command): boolean {
    return this.touches.get(command.id) === command.touchCount
  }

  query(request: Uint8Array): Uint8Array {
    const command = parse(request)
    return encode({ value: command === null ? null : (this.registers.get(command.key) ?? null) })
  }

  state(): RegisterState {
    return {
      registers: [...this.registers].sort(([a], [b]) => (a < b ? -1 : 1)),
      sessions: [...this.touches].sort(([a], [b]) => a - b),
    }
  }

  *snapshot(): Iterable<Uint8Array> {
    const body = Buffer.from(JSON.stringify(this.state()))
    yield createHash('sha256').update(body).digest()
    yield body
  }

  restore(bytes: Uint8Array, zxid: Zxid): void {
    const body = Buffer.from(bytes.subarray(32))
    if (!createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32))) {
      throw new SynodError('SYNOD_STORAGE_CORRUPT', 'these bytes are no snapshot of registers')
    }
    const state: RegisterState = JSON.parse(body.toString())
    this.registers = new Map(state.registers)
    this.touches = new Map(state.sessions)
    this.appliedZxid = zxid
  }

  hash(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.appliedZxid, this.state()]))
      .digest('hex')
  }

  sessions(): Iterable<SessionInfo> {
    return this.state().sessions.map(([id, touchCount]) => ({ id, timeoutMs: 1000, touchCount }))
  }

  expireSession(id: number, touchCount: number): Uint8Array {
    return encode({ op: 'expire', id, touchCount })
  }

  due(_timeMs: number): readonly Uint8Array[] {
    return []
  }

  get sizeEstimate(): number {
    return JSON.stringify(this.state()).length
  }
}
