import { Connection } from './connection.ts'
import type { ConnectionHandlers } from './connection.ts'
import type { ResolvedClientOptions } from './options.ts'
import type { ServerBook } from './server-book.ts'

/**
 * - `any`: there is no connection, the first server that welcomes us will do
 * - `leader`: move from a healthy server to the leader
 * - `led`: the present server knows no leader, or is silent; find one that knows a leader
 * - `history`: find another server for watches whose history is gone at this one
 */
export type HuntKind = 'any' | 'leader' | 'led' | 'history'

export interface HuntGoal {
  readonly kind: HuntKind
  /** In the order in which they are dialled. */
  readonly endpoints: readonly string[]
  /** Whether this server, as welcomed, is what is looked for. */
  readonly accepts: (connection: Connection) => boolean
  /** Keep connections that are not accepted yet: what their servers say may change. */
  readonly patient: boolean
  /** Between the start of one dial and the next, in microseconds. */
  readonly stagger: number
}

export interface HuntEvents {
  /** The hunt is over, this connection is the caller's now; its messages go to the handlers that it was made with. */
  onFound(connection: Connection, kind: HuntKind): void
  /** The hunt is over, without success. */
  onExhausted(kind: HuntKind): void
}

export interface HuntParts {
  readonly options: ResolvedClientOptions
  readonly book: ServerBook
  /** Of the connections that are made. */
  readonly handlers: ConnectionHandlers
  readonly events: HuntEvents
}

/**
 * Dials servers, overlapping, until one is what is wanted. The present connection, if there is one, goes on working meanwhile:
 * a client moves only once it stands on the new server.
 */
export class Hunt {
  readonly #options: ResolvedClientOptions
  readonly #book: ServerBook
  readonly #handlers: ConnectionHandlers
  readonly #events: HuntEvents
  readonly #attempts = new Set<Connection>()
  #goal: HuntGoal | null = null
  #left: string[] = []
  #nextAt = 0

  constructor(parts: HuntParts) {
    this.#options = parts.options
    this.#book = parts.book
    this.#handlers = parts.handlers
    this.#events = parts.events
  }

  /** What is being looked for; null when nothing is. */
  get kind(): HuntKind | null {
    return this.#goal?.kind ?? null
  }

  /** Whether this connection is one of the hunt's. */
  owns(connection: Connection): boolean {
    return this.#attempts.has(connection)
  }

  /** Replaces what was looked for. */
  start(goal: HuntGoal, now: number): void {
    this.stop()
    this.#goal = goal
    this.#left = [...goal.endpoints]
    this.#nextAt = now
    this.tick(now)
  }

  stop(): void {
    this.#goal = null
    this.#left = []
    for (const attempt of this.#attempts) attempt.drop('not needed any more')
    this.#attempts.clear()
  }

  tick(now: number): void {
    const goal = this.#goal
    if (goal === null) return
    for (const attempt of [...this.#attempts]) {
      if (now < attempt.dialedAt + this.#options.dialTimeout) continue
      if (!attempt.welcomed) {
        this.#book.failed(attempt.endpoint, new Error(`no answer within ${this.#options.dialTimeout / 1000} ms`))
        this.#book.avoid(attempt.endpoint, now + this.#options.avoid)
      }
      this.#discard(attempt, 'took too long')
    }
    if (this.#left.length > 0 && now >= this.#nextAt) this.#dialNext(now)
    this.#conclude()
  }

  dueAt(): number {
    if (this.#goal === null) return Infinity
    let due = this.#left.length > 0 ? this.#nextAt : Infinity
    for (const attempt of this.#attempts) due = Math.min(due, attempt.dialedAt + this.#options.dialTimeout)
    return due
  }

  /** To be called for every `welcome` on a connection of the hunt. */
  onWelcome(connection: Connection): void {
    const goal = this.#goal
    if (goal === null) return
    this.#book.reached(connection.endpoint)
    if (goal.accepts(connection)) {
      this.#attempts.delete(connection)
      this.stop()
      this.#events.onFound(connection, goal.kind)
    } else if (!goal.patient) {
      this.#discard(connection, 'not the server looked for')
      this.#conclude()
    }
  }

  /** To be called for the end of a connection of the hunt: the next server is tried at once. */
  onClosed(connection: Connection, error: Error | null, now: number): void {
    this.#attempts.delete(connection)
    this.#book.failed(connection.endpoint, error)
    this.#nextAt = now
    this.tick(now)
  }

  #dialNext(now: number): void {
    const endpoint = this.#left.shift()
    if (endpoint === undefined) return
    this.#nextAt = now + (this.#goal?.stagger ?? 0)
    const { dialer, clock } = this.#options
    this.#attempts.add(new Connection({ endpoint, dialer, clock, handlers: this.#handlers }))
    if (this.#goal?.stagger === 0) this.#dialNext(now)
  }

  #discard(connection: Connection, reason: string): void {
    this.#attempts.delete(connection)
    connection.drop(reason)
  }

  #conclude(): void {
    if (this.#goal === null || this.#left.length > 0 || this.#attempts.size > 0) return
    const { kind } = this.#goal
    this.#goal = null
    this.#events.onExhausted(kind)
  }
}
