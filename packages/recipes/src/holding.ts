import type { CoordinationClient } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import type { OwnContender } from './queue/contender.ts'
import { leaveQueue } from './queue/leave.ts'
import { deletedError } from './queue/turn.ts'
import { publish } from './shared/diagnostics.ts'
import { nodeGone } from './shared/node-gone.ts'

/**
 * Something that one process holds: a lock, a leadership.
 *
 * Invariants:
 * 1. `held` goes from true to false once and never back.
 * 2. `signal` aborts before the servers can give to anybody else what is held, unless somebody deletes the node by hand.
 *    Its reason is `SYNOD_LOCK_LOST` when it was lost, `SYNOD_STOPPED` when its holder gave it back.
 * 3. A stall of the event loop can delay the signal, never `held` and `assertHeld`: they look at the clock. Code that is already
 *    running cannot be stopped by either: let the resource check `fencingToken`.
 */
export class Holding implements AsyncDisposable {
  /** Index of the log entry that created the own node: greater for every later holder of anything in the cluster. */
  readonly fencingToken: bigint
  /** The own node; deleted by the release, or with the session. */
  readonly path: string
  readonly #client: CoordinationClient
  readonly #contender: OwnContender
  readonly #ended = new AbortController()
  readonly #watching = new AbortController()
  readonly #onSessionEnd: () => void
  readonly #until: AbortSignal | undefined
  readonly #onUntil: () => void
  #leaving: Promise<void> | null = null

  /**
   * Called by the recipes, when it is the contender's turn. Throws `SYNOD_LOCK_LOST` when the session has run out meanwhile.
   * An abort of `until` ends the holding for the same reason; the place in the queue stays until it is given back.
   */
  constructor(client: CoordinationClient, contender: OwnContender, until?: AbortSignal) {
    this.#client = client
    this.#contender = contender
    this.fencingToken = BigInt(contender.czxid.index)
    this.path = contender.path
    this.#onSessionEnd = () => this.#lose(sessionError(contender, client.session.signal.reason))
    this.#until = until
    this.#onUntil = () => void this.#end(until?.reason)
    this.assertHeld()
    client.session.signal.addEventListener('abort', this.#onSessionEnd, { once: true })
    until?.addEventListener('abort', this.#onUntil, { once: true })
    this.#watchOwnNode()
    publish('synod:holding:acquire', { path: this.path, fencingToken: this.fencingToken })
  }

  /** Aborts at the end of the holding; see the invariants. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Monotonic microseconds of the client's clock until which it is surely held, as of the last answered ping. */
  get deadline(): number {
    return this.#client.session.deadline
  }

  /** Whether it is surely held at this moment. */
  get held(): boolean {
    if (this.signal.aborted) return false
    if (this.#client.session.held) return true
    this.#lose(sessionError(this.#contender, this.#client.session.signal.reason))
    return false
  }

  /** Throws `SYNOD_LOCK_LOST` when it is not surely held at this moment. Call it right before anything that cannot be fenced. */
  assertHeld(): void {
    if (this.held) return
    const { reason } = this.signal
    if (SynodError.is(reason, 'SYNOD_LOCK_LOST')) throw reason
    throw new SynodError('SYNOD_LOCK_LOST', `${this.path} is not held any more`, { cause: reason })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave()
  }

  /** Ends the holding and lets the next one have it. Never rejects, takes at most the session's timeout, is idempotent. */
  protected leave(): Promise<void> {
    if (this.#end(new SynodError('SYNOD_STOPPED', `${this.path} was given back by its holder`))) {
      publish('synod:holding:release', { path: this.path, fencingToken: this.fencingToken })
    }
    this.#leaving ??= leaveQueue(this.#client, this.#contender)
    return this.#leaving
  }

  #end(reason: unknown): boolean {
    if (this.signal.aborted) return false
    this.#client.session.signal.removeEventListener('abort', this.#onSessionEnd)
    this.#until?.removeEventListener('abort', this.#onUntil)
    this.#watching.abort()
    this.#ended.abort(reason)
    return true
  }

  #lose(reason: SynodError): void {
    if (!this.#end(reason)) return
    this.#leaving ??= leaveQueue(this.#client, this.#contender)
    publish('synod:holding:lose', { path: this.path, fencingToken: this.fencingToken, reason })
  }

  #watchOwnNode(): void {
    const own = this.#contender
    nodeGone(this.#client, own.path, { from: own.czxid, signal: this.#watching.signal }).then(
      () => this.#lose(deletedError(own)),
      (cause: unknown) => {
        this.#lose(new SynodError('SYNOD_LOCK_LOST', `${own.path} cannot be watched any more: given up to be safe`, { cause }))
      },
    )
  }
}

function sessionError(own: OwnContender, cause: unknown): SynodError {
  return new SynodError('SYNOD_LOCK_LOST', `${own.path}: the session is over, or so close to its end that it is no longer safe`, { cause })
}
