/**
 * A distributed lock: exclusive or shared, first come first served, with a fencing token and a signal that tells of its loss.
 * @module
 */
import type { CoordinationClient } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { Holding } from './holding.ts'
import type { ContenderKind, OwnContender } from './queue/contender.ts'
import { blockerOf, sortedContenders, splitByTurn } from './queue/contender.ts'
import { enterQueue } from './queue/enter.ts'
import { leaveQueue } from './queue/leave.ts'
import { awaitTurn, glance, isFirst } from './queue/turn.ts'
import { abortable } from './shared/abortable.ts'
import type { RandomBytes } from './shared/identity.ts'
import { listAll } from './shared/list-all.ts'
import { checkPath } from './shared/path.ts'
import { systemRandom } from './shared/system-random.ts'

export type { RandomBytes } from './shared/identity.ts'
export type { RecipeDiagnostics } from './shared/diagnostics.ts'

/** `exclusive`: alone. `shared`: together with other shared ones. */
export type LockMode = 'exclusive' | 'shared'

export interface LockOptions {
  /** Written into the contender's node, for people who want to see who it is. Default: nothing. */
  readonly data?: Uint8Array
  /** Where the nodes' unique names come from. Default: the platform's generator. */
  readonly random?: RandomBytes
}

export interface AcquireOptions {
  /** Ends the wait: `acquire` rejects with `signal.reason`, and the place in the queue is given up. It does not end a lock that is held. */
  readonly signal?: AbortSignal
  /** Default `exclusive`. */
  readonly mode?: LockMode
  /** Do not wait: `null` when it is not free at once. Default false. */
  readonly ifAvailable?: boolean
}

/** Options of a call that waits until it has the lock. */
export type WaitOptions = AcquireOptions & { readonly ifAvailable?: false }

/** One contender as `query` sees it. */
export interface LockInfo {
  readonly path: string
  readonly mode: LockMode
}

export interface LockQuery {
  readonly held: readonly LockInfo[]
  /** In the order in which they will get it. */
  readonly pending: readonly LockInfo[]
}

/** A lock that is held. Give it back with `release()` or `await using`. */
export class LockHandle extends Holding {
  readonly mode: LockMode

  /** Called by `DistributedLock`. */
  constructor(client: CoordinationClient, contender: OwnContender) {
    super(client, contender)
    this.mode = contender.kind
  }

  /** Gives the lock back; its signal aborts first. Never rejects, takes at most the session's timeout, is idempotent. */
  release(): Promise<void> {
    return this.leave()
  }
}

/**
 * A lock named by a path. All who use the same path of the same cluster exclude each other, whatever client or process they use;
 * two handles of one process, too: it is not re-entrant.
 *
 * Guarantees:
 * 1. At any time at most one exclusive handle, or any number of shared ones, is `held`.
 * 2. First come, first served: in the order in which the requests entered the log. A release wakes only who is next.
 * 3. A process that dies or loses its connection keeps the lock at most for its session's timeout.
 */
export class DistributedLock {
  readonly path: string
  readonly #client: CoordinationClient
  readonly #data: Uint8Array
  readonly #random: RandomBytes

  /** `path` is created when it is missing, and stays. */
  constructor(client: CoordinationClient, path: string, options: LockOptions = {}) {
    this.path = checkPath(path)
    this.#client = client
    this.#data = options.data ?? new Uint8Array(0)
    this.#random = options.random ?? systemRandom
  }

  /**
   * Waits until the lock is held. Two writes and one read when nobody else wants it.
   *
   * Rejects with `signal.reason`; with `SYNOD_SESSION_EXPIRED` when the client's session is over; with `SYNOD_LOCK_LOST` when it
   * ran out in the last moment or somebody deleted the node; with what the client says when the service cannot be reached.
   */
  acquire(options?: WaitOptions): Promise<LockHandle>
  acquire(options: AcquireOptions): Promise<LockHandle | null>
  async acquire(options: AcquireOptions = {}): Promise<LockHandle | null> {
    const { signal, ifAvailable = false } = options
    const kind = checkMode(options.mode ?? 'exclusive')
    signal?.throwIfAborted()
    if (ifAvailable && (await this.#isTaken(kind, signal))) return null
    const entering = enterQueue(this.#client, this.path, { kind, data: this.#data, random: this.#random, signal })
    const glancing = ifAvailable ? null : glance(this.#client, this.path)
    const contender = await entering
    try {
      if (ifAvailable && (await this.#isBehind(contender, signal))) {
        await abortable(leaveQueue(this.#client, contender), signal)
        return null
      }
      if (glancing !== null && !isFirst(await abortable(glancing, signal), contender)) {
        await awaitTurn(this.#client, contender, { path: this.path, signal })
      }
      signal?.throwIfAborted()
      return new LockHandle(this.#client, contender)
    } catch (error) {
      void leaveQueue(this.#client, contender)
      throw error
    }
  }

  /** Runs `body` with the lock and gives the lock back afterwards. The error of the body comes out unchanged. */
  withLock<T>(options: WaitOptions, body: (lock: LockHandle) => Promise<T> | T): Promise<T>
  withLock<T>(options: AcquireOptions, body: (lock: LockHandle | null) => Promise<T> | T): Promise<T>
  async withLock<T>(options: AcquireOptions, body: ((lock: LockHandle) => Promise<T> | T) & ((lock: null) => Promise<T> | T)): Promise<T> {
    const lock = await this.acquire(options)
    if (lock === null) return body(lock)
    try {
      return await body(lock)
    } finally {
      await lock.release()
    }
  }

  /** Who holds the lock and who waits for it, at this moment. Both empty when nobody ever used it. */
  async query(options: { readonly signal?: AbortSignal } = {}): Promise<LockQuery> {
    const { held, pending } = splitByTurn(sortedContenders(await this.#names('linearizable', options.signal)))
    const info = ({ name, kind }: { readonly name: string; readonly kind: ContenderKind }): LockInfo => ({
      path: `${this.path}/${name}`,
      mode: kind,
    })
    return { held: held.map(info), pending: pending.map(info) }
  }

  /** Spares a request that would be refused its two writes. */
  async #isTaken(kind: ContenderKind, signal: AbortSignal | undefined): Promise<boolean> {
    const { held, pending } = splitByTurn(sortedContenders(await this.#names('linearizable', signal)))
    if (kind === 'exclusive') return held.length > 0
    return [...held, ...pending].some((contender) => contender.kind === 'exclusive')
  }

  async #isBehind(own: OwnContender, signal: AbortSignal | undefined): Promise<boolean> {
    return blockerOf(sortedContenders(await this.#names('session', signal)), own) !== null
  }

  async #names(consistency: 'linearizable' | 'session', signal: AbortSignal | undefined): Promise<readonly string[]> {
    try {
      return (await abortable(listAll(this.#client, this.path, consistency), signal)).names
    } catch (error) {
      if (SynodError.is(error, 'SYNOD_NO_NODE')) return []
      throw error
    }
  }
}

function checkMode(mode: unknown): LockMode {
  if (mode === 'exclusive' || mode === 'shared') return mode
  throw new TypeError(`mode must be 'exclusive' or 'shared', not ${String(mode)}`)
}
