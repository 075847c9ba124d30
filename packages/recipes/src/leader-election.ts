/**
 * Leader election among processes: candidates queue up, the first of them leads until it resigns, dies or loses its session.
 * @module
 */
import type { CoordinationClient } from '@synod/interface/coordination'
import { candidateData, currentLeader, leaders } from './election/observe.ts'
import type { Leader } from './election/observe.ts'
import { Holding } from './holding.ts'
import type { OwnContender } from './queue/contender.ts'
import { enterQueue } from './queue/enter.ts'
import { leaveQueue } from './queue/leave.ts'
import { awaitTurn } from './queue/turn.ts'
import type { RandomBytes } from './shared/identity.ts'
import type { JsonValue } from './shared/json.ts'
import { checkPath } from './shared/path.ts'
import { systemRandom } from './shared/system-random.ts'

export type { Leader } from './election/observe.ts'
export type { RandomBytes } from './shared/identity.ts'
export type { JsonValue } from './shared/json.ts'

export interface ElectionOptions {
  /** Name of this candidate, for people and for `observe`: a host, a pod. Default `''`. It need not be unique. */
  readonly id?: string
  /** What observers should know of this candidate while it leads, e.g. where to reach it. Default null. */
  readonly data?: JsonValue
  /** Where the nodes' unique names come from. Default: the platform's generator. */
  readonly random?: RandomBytes
}

export interface CampaignOptions {
  /** Ends the wait: rejects with `signal.reason`, and the candidacy is withdrawn. */
  readonly signal?: AbortSignal
}

/** A term of leadership. Its members are those of every holding; give it up with `resign()` or `await using`. */
export class Leadership extends Holding {
  /** The candidate's own name, as its options had it. */
  readonly id: string
  /** The candidate's own data, as its options had it. */
  readonly data: JsonValue

  /** Called by `LeaderElection`. */
  constructor(
    client: CoordinationClient,
    contender: OwnContender,
    term: { readonly id: string; readonly data: JsonValue; readonly until?: AbortSignal | undefined },
  ) {
    super(client, contender, term.until)
    this.id = term.id
    this.data = term.data
  }

  /** Gives the leadership up; its signal aborts first. Never rejects, takes at most the session's timeout, is idempotent. */
  resign(): Promise<void> {
    return this.leave()
  }
}

/**
 * One election, named by a path.
 *
 * Guarantees:
 * 1. At any time at most one leadership is `held`.
 * 2. Fencing tokens grow from leader to leader.
 * 3. Candidates lead in the order in which they entered; the end of a leadership wakes only the next one.
 */
export class LeaderElection {
  readonly path: string
  readonly #client: CoordinationClient
  readonly #id: string
  readonly #data: JsonValue
  readonly #record: Uint8Array
  readonly #random: RandomBytes

  /** `path` is created when it is missing, and stays. Throws `TypeError` for data that JSON cannot hold. */
  constructor(client: CoordinationClient, path: string, options: ElectionOptions = {}) {
    this.path = checkPath(path)
    this.#client = client
    this.#id = options.id ?? ''
    this.#data = options.data ?? null
    this.#record = candidateData(this.#id, this.#data)
    this.#random = options.random ?? systemRandom
  }

  /** Becomes a candidate and waits until it leads. Rejects as `DistributedLock.acquire` does. */
  campaign(options: CampaignOptions = {}): Promise<Leadership> {
    return this.#campaign(options.signal, undefined)
  }

  /**
   * Term after term of this candidate. The end of the loop's body resigns, and the next turn of the loop campaigns again; so it
   * does after a loss, once the body has ended: watch `leadership.signal` in it.
   *
   * An abort of `signal` ends the term in hand (its signal aborts with the same reason), lets the body finish, resigns, and
   * rejects with `signal.reason`. `SYNOD_SESSION_EXPIRED` ends the loop as well: a new session takes a new client.
   */
  async *terms(options: CampaignOptions = {}): AsyncGenerator<Leadership, void, undefined> {
    const { signal } = options
    for (;;) {
      const leadership = await this.#campaign(signal, signal)
      try {
        yield leadership
      } finally {
        await leadership.resign()
      }
    }
  }

  /**
   * The leader, now and whenever it changes; null while nobody leads. A consumer that is slow sees the newest, not each in between.
   * Costs one watch on the leader's node, whatever the number of candidates.
   */
  observe(options: CampaignOptions = {}): AsyncGenerator<Leader | null, void, undefined> {
    return leaders(this.#client, this.path, options.signal)
  }

  /** Who leads at this moment, or null. */
  async leader(options: CampaignOptions = {}): Promise<Leader | null> {
    const { leader } = await currentLeader(this.#client, this.path, { consistency: 'linearizable', signal: options.signal })
    return leader
  }

  async #campaign(signal: AbortSignal | undefined, until: AbortSignal | undefined): Promise<Leadership> {
    const contender = await enterQueue(this.#client, this.path, { kind: 'exclusive', data: this.#record, random: this.#random, signal })
    try {
      await awaitTurn(this.#client, contender, { path: this.path, signal })
      signal?.throwIfAborted()
      return new Leadership(this.#client, contender, { id: this.#id, data: this.#data, until })
    } catch (error) {
      void leaveQueue(this.#client, contender)
      throw error
    }
  }
}
