import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { SynodError } from '@synod/interface'
import type { SynodErrorCode } from '@synod/interface'
import type { CoordinationClient, Stat, Watch, WatchEvent, Zxid } from '@synod/interface/coordination'
import { Eventually } from '../eventually.ts'
import type { ContractClientOptions, CoordinationPlace } from './options.ts'

/** What a clause of the client's contract works with: a service, and a node that is this clause's alone. */
export class CoordinationContext {
  /** Everything that the clause writes is below it. */
  readonly base: string = `/contract-${randomUUID()}`
  readonly eventually: Eventually
  readonly #place: CoordinationPlace
  readonly #interrupt: (client: CoordinationClient) => Promise<void>
  readonly #isolate: (client: CoordinationClient) => Promise<void>
  readonly #clients: CoordinationClient[] = []

  constructor(
    place: CoordinationPlace,
    hooks: {
      readonly timeoutMs: number
      readonly interrupt: (client: CoordinationClient) => Promise<void>
      readonly isolate: (client: CoordinationClient) => Promise<void>
    },
  ) {
    this.#place = place
    this.#interrupt = hooks.interrupt
    this.#isolate = hooks.isolate
    this.eventually = new Eventually(hooks.timeoutMs)
  }

  async client(options?: ContractClientOptions): Promise<CoordinationClient> {
    const client = await this.#place.client(options)
    this.#clients.push(client)
    return client
  }

  /** A client, and the clause's node, empty. */
  async start(options?: ContractClientOptions): Promise<CoordinationClient> {
    const client = await this.client(options)
    await this.#within('the first node is created', client.create(this.base, bytes('')))
    return client
  }

  /** The path of a node directly below the clause's own. */
  at(name: string): string {
    return `${this.base}/${name}`
  }

  interrupt(client: CoordinationClient): Promise<void> {
    return this.#interrupt(client)
  }

  isolate(client: CoordinationClient): Promise<void> {
    return this.#isolate(client)
  }

  /** Follows a watch that has been set. */
  async follow(watch: Watch): Promise<Follower> {
    const follower = new Follower(watch, this.eventually)
    await this.#within('the watch is set', watch.ready)
    return follower
  }

  /** Asks again until the answer is good. */
  async ask(what: string, good: () => Promise<boolean>): Promise<void> {
    let found = false
    let asking = false
    let failure: unknown = null
    const ask = (): void => {
      if (asking) return
      asking = true
      good()
        .then(
          (answer) => void (found = answer),
          (error: unknown) => void (failure = error),
        )
        .finally(() => {
          asking = false
          this.eventually.changed()
        })
    }
    await this.eventually.insist(what, ask, () => found || failure !== null)
    if (failure !== null) throw failure
  }

  /** A promise that must settle, and how it did. */
  async settled(what: string, promise: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
    let result: PromiseSettledResult<unknown> | null = null
    void Promise.allSettled([promise]).then(([settled]) => {
      result = settled
      this.eventually.changed()
    })
    await this.eventually.until(what, () => result !== null)
    if (result === null) throw new Error(what)
    return result
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(this.#clients.map((client) => this.settled('a client closes', client.close())))
  }

  async #within(what: string, promise: Promise<unknown>): Promise<void> {
    const result = await this.settled(what, promise)
    if (result.status === 'rejected') throw result.reason
  }
}

/** Reads a watch to its end and keeps what it said. */
export class Follower {
  readonly events: WatchEvent[] = []
  /** How the loop ended; `undefined` while it runs. */
  ended: { readonly error: unknown } | undefined = undefined
  readonly #eventually: Eventually

  constructor(watch: Watch, eventually: Eventually) {
    this.#eventually = eventually
    void this.#run(watch)
  }

  /** Events of what happened to nodes, as `changed /a`; lists of children only when they are wanted. */
  lines(...types: readonly WatchEvent['type'][]): string[] {
    const wanted = types.length === 0 ? ['created', 'changed', 'deleted'] : types
    return this.events.filter(({ type }) => wanted.includes(type)).map(({ type, path }) => `${type} ${path}`)
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    await this.#eventually.until(`${what}; told: ${this.lines('created', 'changed', 'deleted', 'children').join(', ')}`, holds)
  }

  /** Positions of the events, which must never go back. */
  assertInOrder(): void {
    for (const [i, { zxid }] of this.events.entries()) {
      const before = this.events[i - 1]?.zxid
      assert.ok(before === undefined || before.index <= zxid.index, `an event of ${zxid.index} came after one of ${before?.index}`)
    }
  }

  async #run(watch: Watch): Promise<void> {
    try {
      for await (const event of watch) {
        this.events.push(event)
        this.#eventually.changed()
      }
      this.ended = { error: null }
    } catch (error) {
      this.ended = { error }
    }
    this.#eventually.changed()
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data)
}

/** Whether two positions are the same. */
export function sameZxid(a: Zxid, b: Zxid): boolean {
  return a.epoch === b.epoch && a.index === b.index
}

/** Asserts a rejection with this code. */
export async function rejects(code: SynodErrorCode, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(
    promise,
    (error) => {
      assert.ok(SynodError.is(error, code), `rejected with ${String(error)} instead of ${code}`)
      return true
    },
    `was not rejected with ${code}`,
  )
}

/** Asserts that a node is as it was. */
export async function assertUnchanged(client: CoordinationClient, path: string, before: Stat): Promise<void> {
  assert.deepEqual(await client.exists(path), before, `${path} was changed by a call that was refused`)
}
