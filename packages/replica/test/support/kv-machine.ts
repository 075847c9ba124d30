import { createHash } from 'node:crypto'
import { SynodError } from '@synod/interface'
import type { Entry, SessionInfo, StateMachine, Zxid } from '@synod/interface/protocol'

export type KvCommand =
  | { readonly op: 'set'; readonly key: string; readonly value: string }
  | { readonly op: 'open'; readonly timeoutMs: number }
  /** A command of a session. */
  | { readonly op: 'use'; readonly session: number }
  | { readonly op: 'expire'; readonly session: number; readonly touchCount: number }

interface KvState {
  readonly data: Record<string, string>
  readonly sessions: SessionInfo[]
}

export const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
export const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))
export const kvSet = (key: string, value: string): Uint8Array => encode({ op: 'set', key, value } satisfies KvCommand)

/** A few keys and sessions: the smallest state machine that a replica can drive. */
export class KvMachine implements StateMachine {
  appliedZxid: Zxid = { epoch: 0, index: 0 }
  sizeEstimate = 0
  /** Every command that was applied, in order, since this object was made or restored. */
  readonly log: string[] = []
  restored = 0
  #state: KvState = { data: {}, sessions: [] }

  get(key: string): string | undefined {
    return this.#state.data[key]
  }

  apply(entry: Entry): Uint8Array {
    this.appliedZxid = { epoch: entry.epoch, index: entry.index }
    if (entry.type !== 'command') return new Uint8Array()
    const command = decode(entry.payload) as KvCommand
    this.log.push(JSON.stringify(command))
    return encode(this.#execute(command, entry.index))
  }

  #execute(command: KvCommand, index: number): unknown {
    const { data, sessions } = this.#state
    const at = sessions.findIndex((session) => 'session' in command && session.id === command.session)
    const session = sessions[at]
    switch (command.op) {
      case 'set':
        data[command.key] = command.value
        return command.value
      case 'open':
        sessions.push({ id: index, timeoutMs: command.timeoutMs, touchCount: 0 })
        return index
      case 'use':
        if (session !== undefined) sessions[at] = { ...session, touchCount: session.touchCount + 1 }
        return session !== undefined
      case 'expire':
        if (session === undefined || session.touchCount !== command.touchCount) return false
        sessions.splice(at, 1)
        return true
    }
  }

  query(request: Uint8Array): Uint8Array {
    return encode(this.get(String(decode(request))) ?? null)
  }

  *snapshot(): Iterable<Uint8Array> {
    const bytes = encode(this.#state)
    for (let from = 0; from < bytes.length; from += 1000) yield bytes.subarray(from, from + 1000)
  }

  restore(bytes: Uint8Array, zxid: Zxid): void {
    try {
      this.#state = decode(bytes) as KvState
    } catch (cause) {
      throw new SynodError('SYNOD_STORAGE_CORRUPT', 'no snapshot of a KvMachine', { cause })
    }
    this.appliedZxid = zxid
    this.restored += 1
    this.log.length = 0
  }

  hash(): string {
    return createHash('sha256').update(encode(this.#state)).digest('hex')
  }

  sessions(): Iterable<SessionInfo> {
    return this.#state.sessions
  }

  expireSession(id: number, touchCount: number): Uint8Array {
    return encode({ op: 'expire', session: id, touchCount } satisfies KvCommand)
  }

  due(): readonly Uint8Array[] {
    return []
  }
}
