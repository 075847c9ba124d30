import { SynodError, type SubmitOutcome } from '@synod/interface'
import type { Entry, Epoch, LogIndex, Micros, Zxid } from '@synod/interface/protocol'

type Done = (outcome: SubmitOutcome) => void

interface Waiter {
  readonly epoch: Epoch
  deadline: Micros
  readonly done: Done
}

/** Who waits for the outcome of which entry. */
export class EntryWaiters {
  /** In the order of registering, therefore (nearly) of index and deadline. */
  readonly #waiters: Map<LogIndex, Waiter> = new Map()

  get size(): number {
    return this.#waiters.size
  }

  /** `deadline` Infinity: waits until the entry's index is applied, or `failAll`. */
  add({ epoch, index }: Zxid, deadline: Micros, done: Done): void {
    const former = this.#waiters.get(index)
    if (former !== undefined) {
      this.#waiters.delete(index)
      former.done(former.epoch === epoch ? unknownOutcome('the same position was given twice') : dropped(former.epoch, epoch))
    }
    this.#waiters.set(index, { epoch, deadline, done })
  }

  /** The entry of that index is applied: ours, or another epoch's, and then ours will surely never be. */
  applied(entry: Entry, result: Uint8Array): void {
    const waiter = this.#waiters.get(entry.index)
    if (waiter === undefined) return
    this.#waiters.delete(entry.index)
    if (waiter.epoch === entry.epoch) waiter.done({ ok: true, zxid: { epoch: entry.epoch, index: entry.index }, result })
    else waiter.done(dropped(waiter.epoch, entry.epoch))
  }

  /** A snapshot covers everything up to `index`: what became of the entries cannot be told. */
  covered(index: LogIndex): void {
    this.#fail((at) => at <= index, 'a snapshot from the leader covers the entry')
  }

  /** Nobody waits longer than until `deadline` any more, those without a deadline included. */
  shorten(deadline: Micros): void {
    for (const waiter of this.#waiters.values()) waiter.deadline = Math.min(waiter.deadline, deadline)
  }

  /** Answers those whose time is over. */
  expire(now: Micros): void {
    this.#fail((_, waiter) => waiter.deadline <= now, 'the outcome did not become known in time')
  }

  failAll(reason: string): void {
    this.#fail(() => true, reason)
  }

  #fail(which: (index: LogIndex, waiter: Waiter) => boolean, reason: string): void {
    for (const [index, waiter] of Array.from(this.#waiters)) {
      if (!which(index, waiter)) continue
      this.#waiters.delete(index)
      waiter.done(unknownOutcome(reason))
    }
  }
}

/** The command may have been applied, or still be. A client may try again only through its session's de-duplication. */
export function unknownOutcome(reason: string): SubmitOutcome {
  return {
    ok: false,
    error: new SynodError('SYNOD_OUTCOME_UNKNOWN', `the command may or may not have been applied: ${reason}`, { retryable: true }),
  }
}

function dropped(mine: Epoch, other: Epoch): SubmitOutcome {
  const message = `the command was surely not applied: the leader of epoch ${mine} lost its place to that of epoch ${other}`
  return { ok: false, error: new SynodError('SYNOD_PROPOSAL_DROPPED', message, { retryable: true }) }
}
