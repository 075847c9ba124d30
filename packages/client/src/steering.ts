import type { Random } from '@synod/interface'
import { BackOff } from './back-off.ts'
import type { Connection, ConnectionHandlers } from './connection.ts'
import { Hunt } from './hunt.ts'
import type { HuntKind } from './hunt.ts'
import type { ResolvedClientOptions } from './options.ts'
import { ServerBook } from './server-book.ts'

export interface SteeringEvents {
  /** `connection` takes the place of the present one, if any. */
  onAdopt(connection: Connection): void
  /** The present connection is to be dropped: its server is silent. */
  onStalled(connection: Connection): void
  /** No server could be reached in a full round. */
  onRoundFailed(): void
  /** No other server has the history that a watch needs. */
  onHistoryGone(): void
}

/** What the steering has to know of the client's work. */
export interface Load {
  /** Calls, a session or watches need a server that hears a leader. */
  readonly needed: boolean
  /** See `Watches.searching`. */
  readonly searching: ReadonlySet<string> | null
}

/** For how long a server may know no leader before others are asked, in microseconds. */
const leaderlessPatience = 500_000
/** A silent server's successor is looked for after this share of the time until it is dropped. */
const escapeShare = 4
/** A connection that has lasted so long shows that moves are not to be feared. */
const settledAfter = 5_000_000
/** After its connection closed, the other servers are tried before this one. */
const closedAvoid = 100_000
/** A timer that comes later than this by our own fault says nothing about the server. */
const ownStall = 50_000

/** Decides to which server the client talks: when to look for another, which, and when to give one up. */
export class Steering {
  readonly book: ServerBook
  readonly hunt: Hunt
  readonly #options: ResolvedClientOptions
  readonly #events: SteeringEvents
  readonly #random: Random
  readonly #huntPause: BackOff
  readonly #movePause: BackOff
  #leaderEndpoint: string | null = null
  #huntNotBefore = 0
  #moveNotBefore = 0

  constructor(options: ResolvedClientOptions, handlers: ConnectionHandlers, events: SteeringEvents) {
    this.#options = options
    this.#events = events
    this.#random = options.random
    this.book = new ServerBook(options.servers)
    this.#huntPause = new BackOff(options.random, 10, 500)
    this.#movePause = new BackOff(options.random, 100, 10_000)
    const found = {
      onFound: (connection: Connection, kind: HuntKind): void => this.#onFound(connection, kind),
      onExhausted: (kind: HuntKind): void => this.#onExhausted(kind),
    }
    this.hunt = new Hunt({ options, book: this.book, handlers, events: found })
  }

  /** Keeps in mind what a server says of the cluster. */
  learn(connection: Connection): void {
    this.book.learn(connection.endpoint, connection.serverId, connection.servers)
    this.#leaderEndpoint = this.book.endpointOf(connection.leader)
  }

  onLost(connection: Connection, error: Error | null, now: number): void {
    this.book.failed(connection.endpoint, error)
    this.book.avoid(connection.endpoint, Math.max(this.book.get(connection.endpoint)?.avoidUntil ?? 0, now + closedAvoid))
    this.#huntNotBefore = 0
  }

  /** Looks for a server when there is none, and for a better one when there is. */
  steer(current: Connection | null, load: Load, now: number): void {
    if (current === null) {
      if (load.needed && this.hunt.kind !== 'any' && now >= this.#huntNotBefore) this.#huntAny(now)
      return
    }
    if (now - current.adoptedAt > settledAfter) this.#movePause.reset()
    if (this.hunt.kind !== null) return
    if (load.searching?.has(current.endpoint) === true) this.#huntHistory(load.searching, now)
    else if (this.#wantsEscape(current, now) || this.#isLeaderless(current, load, now)) this.#huntLed(current, now)
    else if (load.searching === null && this.#options.prefer === 'leader') this.#huntLeader(current, now)
  }

  /** Watches the present connection for silence; `lateBy` is how late the alarm rang. */
  inspect(current: Connection, now: number, lateBy: number): void {
    if (lateBy > ownStall) {
      // What the server has sent meanwhile may be in the socket: give it one more period.
      current.lastArrival = Math.max(current.lastArrival, now)
      if (current.probedAt > 0) current.probedAt = now
    }
    if (current.requests.size === 0) {
      if (now - current.lastArrival >= this.#idleProbe && now - current.busySince >= this.#idleProbe) this.#probe(current, now)
    } else if (current.probedAt === 0) {
      if (now >= this.#probeAt(current)) this.#probe(current, now)
    } else if (now - current.probedAt >= this.#dropDelay(current)) {
      this.book.avoid(current.endpoint, now + this.#options.avoid)
      this.#events.onStalled(current)
    }
  }

  /** When `steer` or `inspect` has something to do next; past moments are of no interest. */
  dueAt(current: Connection | null, now: number): number {
    const due = this.hunt.dueAt()
    if (current === null) return this.hunt.kind === null ? Math.min(due, later(this.#huntNotBefore, now)) : due
    const inspectAt =
      current.requests.size === 0 ? Math.max(current.lastArrival, current.busySince) + this.#idleProbe : this.#stallDue(current, now)
    const ledAt = later(Math.max(current.leaderlessSince + leaderlessPatience, this.#moveNotBefore), now)
    const moveAt = current.leader === current.serverId ? Infinity : later(this.#moveNotBefore, now)
    return Math.min(due, inspectAt, ledAt, moveAt)
  }

  get #idleProbe(): number {
    return this.#options.sessionTimeoutMs * 250
  }

  #probe(current: Connection, now: number): void {
    if (current.requests.size === 0) current.busySince = now
    current.probedAt = now
    current.probe(now)
    current.flush()
  }

  #probeAt(current: Connection): number {
    return Math.max(current.lastArrival, current.busySince) + Math.max(this.#options.stallProbe, 2 * current.roundTrip)
  }

  #dropDelay(current: Connection): number {
    return Math.max(this.#options.stallDrop, 3 * current.roundTrip)
  }

  #stallDue(current: Connection, now: number): number {
    if (current.probedAt === 0) return this.#probeAt(current)
    const escapeAt = later(Math.max(current.probedAt + this.#dropDelay(current) / escapeShare, this.#huntNotBefore), now)
    return Math.min(escapeAt, current.probedAt + this.#dropDelay(current))
  }

  /** The server is silent, and the others have not just been asked in vain: those that refuse do it at once. */
  #wantsEscape(current: Connection, now: number): boolean {
    return current.probedAt > 0 && now - current.probedAt >= this.#dropDelay(current) / escapeShare && now >= this.#huntNotBefore
  }

  #isLeaderless(current: Connection, load: Load, now: number): boolean {
    return load.needed && now - current.leaderlessSince >= leaderlessPatience && now >= this.#moveNotBefore
  }

  #huntAny(now: number): void {
    const { prefer, dialStagger } = this.#options
    const first = prefer === 'leader' ? this.#leaderEndpoint : null
    const endpoints = this.book.order(now, { first, without: 0, random: this.#random })
    const stagger = prefer === 'nearest' ? 0 : dialStagger
    this.hunt.start({ kind: 'any', endpoints, accepts: () => true, patient: false, stagger }, now)
  }

  #huntLed(current: Connection, now: number): void {
    const endpoints = this.book.order(now, { first: null, without: current.serverId, random: this.#random })
    const silent = current.probedAt > 0
    const accepts = (found: Connection): boolean => found.leader !== 0 && !(silent && found.leader === current.serverId)
    if (endpoints.length > 0) this.hunt.start({ kind: 'led', endpoints, accepts, patient: true, stagger: 0 }, now)
  }

  #huntLeader(current: Connection, now: number): void {
    const endpoint = current.leader === current.serverId ? null : this.book.endpointOf(current.leader)
    if (endpoint === null || now < this.#moveNotBefore || (this.book.get(endpoint)?.avoidUntil ?? 0) > now) return
    const accepts = (found: Connection): boolean => found.leader === found.serverId
    this.hunt.start({ kind: 'leader', endpoints: [endpoint], accepts, patient: true, stagger: 0 }, now)
  }

  #huntHistory(tried: ReadonlySet<string>, now: number): void {
    const endpoints = this.book
      .order(now, { first: null, without: 0, random: this.#random })
      .filter((endpoint) => !this.#isOneOf(endpoint, tried))
    if (endpoints.length === 0) {
      this.#events.onHistoryGone()
      return
    }
    this.hunt.start({ kind: 'history', endpoints, accepts: () => true, patient: false, stagger: this.#options.dialStagger }, now)
  }

  /** By endpoint, or by the server behind it. */
  #isOneOf(endpoint: string, tried: ReadonlySet<string>): boolean {
    const id = this.book.get(endpoint)?.id ?? 0
    return tried.has(endpoint) || (id !== 0 && [...tried].some((other) => this.book.get(other)?.id === id))
  }

  #onFound(connection: Connection, kind: HuntKind): void {
    const now = this.#options.clock.now()
    this.#huntPause.reset()
    if (kind !== 'any') this.#moveNotBefore = now + this.#movePause.next()
    connection.adoptedAt = now
    connection.busySince = now
    this.#events.onAdopt(connection)
  }

  #onExhausted(kind: HuntKind): void {
    const now = this.#options.clock.now()
    if (kind === 'any') {
      this.#huntNotBefore = now + this.#huntPause.next()
      this.#events.onRoundFailed()
    } else if (kind === 'history') {
      this.#events.onHistoryGone()
    } else {
      this.#moveNotBefore = now + this.#movePause.next()
      if (kind === 'led') this.#huntNotBefore = now + this.#huntPause.next()
    }
  }
}

function later(at: number, now: number): number {
  return at > now ? at : Infinity
}
