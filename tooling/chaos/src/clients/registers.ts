import { SynodError } from '@synod/interface'
import type { NodeData } from '@synod/interface/coordination'
import type { RegisterOp, RegisterResult } from '@synod/sim/linearizability'
import { utf8Decode, utf8Encode } from '@synod/wire'
import { failureOf, noteRefusal, repeat } from './actor.ts'
import type { Actor } from './actor.ts'
import type { Life } from './lives.ts'

/** The folder of the keys that are written and read; watches look at it. */
export const registersFolder = '/chaos/keys'

/** How many keys all clients share. */
const keys = 6

/** Writes, compares-and-sets, deletes and reads a few keys that all clients share, and records each call. Ends with the actor. */
export class RegisterWork {
  readonly #actor: Actor
  /** Versions seen last, for compare-and-set. */
  readonly #versions = new Map<string, number>()
  #values = 0

  constructor(actor: Actor) {
    this.#actor = actor
  }

  async run(): Promise<void> {
    const { random, lives, stop } = this.#actor
    await repeat(this.#actor, 12, async () => {
      const life = await lives.current(stop)
      const calls = random.chance(15) ? random.between(2, 4) : 1
      await Promise.all(Array.from({ length: calls }, () => this.#one(life)))
    })
  }

  async #one(life: Life): Promise<void> {
    const { random } = this.#actor
    const key = `${registersFolder}/k${random.between(0, keys - 1)}`
    const dice = random.between(1, 100)
    if (dice <= 35) await this.#read(life, key, 'linearizable')
    else if (dice <= 50) await this.#read(life, key, 'session')
    else await this.#write(life, this.#choose(key, dice))
  }

  #choose(key: string, dice: number): RegisterOp {
    const version = this.#versions.get(key)
    const condition = version === undefined ? {} : { version }
    if (dice <= 70) return { kind: 'set', key, value: this.#value() }
    if (dice <= 85) return { kind: 'set', key, value: this.#value(), ...condition }
    if (dice <= 95) return { kind: 'create', key, value: this.#value() }
    return { kind: 'delete', key, ...condition }
  }

  #value(): string {
    this.#values += 1
    return `${this.#actor.name}-${this.#values}`
  }

  async #read({ client, session }: Life, key: string, consistency: 'linearizable' | 'session'): Promise<void> {
    const { name, recording } = this.#actor
    const call = recording.now()
    try {
      const node = await client.get(key, { consistency })
      const found = foundIn(node)
      this.#versions.set(key, found.version)
      const placed = { client: name, session, consistency, call, return: recording.now(), key, position: node.zxid.index, found }
      recording.reads.push(placed)
      if (consistency === 'linearizable') {
        recording.registers.push({
          client: name,
          call,
          return: placed.return,
          op: { kind: 'get', key },
          result: { kind: 'found', ...found },
        })
      }
    } catch (error) {
      if (SynodError.is(error, 'SYNOD_NO_NODE')) {
        if (consistency === 'linearizable') {
          recording.registers.push({ client: name, call, return: recording.now(), op: { kind: 'get', key }, result: { kind: 'absent' } })
        }
      } else noteRefusal(this.#actor, { what: `${consistency} read of ${key}`, at: call }, error)
    }
  }

  async #write(life: Life, op: RegisterOp): Promise<void> {
    const { name, recording } = this.#actor
    const call = recording.now()
    try {
      const result = await this.#perform(life, op)
      const returned = recording.now()
      recording.registers.push({ client: name, call, return: returned, op, result })
      if (result.kind !== 'written' || (op.kind !== 'set' && op.kind !== 'create')) return
      const { version, position = 0 } = result
      recording.writes.push({
        client: name,
        session: life.session,
        kind: op.kind,
        call,
        return: returned,
        key: op.key,
        value: op.value,
        version,
        position,
      })
    } catch (error) {
      const failure = failureOf(error)
      if (failure === 'answer') recording.registers.push({ client: name, call, return: recording.now(), op, result: resultOf(error) })
      else if (failure === 'unknown') recording.registers.push({ client: name, call, return: null, op })
      else noteRefusal(this.#actor, { what: `${op.kind} of ${op.key}`, at: call }, error)
    }
  }

  async #perform({ client }: Life, op: RegisterOp): Promise<RegisterResult> {
    const version = 'version' in op && op.version !== undefined ? { version: op.version } : {}
    switch (op.kind) {
      case 'create': {
        const { stat } = await client.create(op.key, utf8Encode(op.value))
        this.#versions.set(op.key, stat.version)
        return { kind: 'written', version: stat.version, position: stat.czxid.index }
      }
      case 'set': {
        const stat = await client.set(op.key, utf8Encode(op.value), version)
        this.#versions.set(op.key, stat.version)
        return { kind: 'written', version: stat.version, position: stat.mzxid.index }
      }
      case 'delete':
        await client.delete(op.key, version)
        return { kind: 'deleted' }
      case 'get':
        return { kind: 'found', ...foundIn(await client.get(op.key)) }
    }
  }
}

/** Value, version and position of the write. */
export function foundIn({ data, stat }: NodeData): { value: string; version: number; position: number } {
  const text = utf8Decode(data)
  return { value: text.ok ? text.value : `bytes that are no text: ${text.reason}`, version: stat.version, position: stat.mzxid.index }
}

function resultOf(error: unknown): RegisterResult {
  if (SynodError.is(error, 'SYNOD_NO_NODE')) return { kind: 'absent' }
  return { kind: SynodError.is(error, 'SYNOD_NODE_EXISTS') ? 'exists' : 'badVersion' }
}
