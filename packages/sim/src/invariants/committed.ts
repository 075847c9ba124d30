import type { Epoch, LogIndex, NodeId } from '@synod/interface/protocol'
import type { ObservedServer } from './invariant.ts'

export interface Commit {
  readonly epoch: Epoch
  /** Epoch of the leader that committed it first. */
  readonly inEpoch: Epoch
}

/** Which entries leaders have committed, seen step by step; shared by the invariants that ask. */
export class CommitLog {
  readonly #commits: Map<LogIndex, Commit> = new Map()
  readonly #led: Map<NodeId, string> = new Map()
  #last: LogIndex = 0

  get last(): LogIndex {
    return this.#last
  }

  at(index: LogIndex): Commit | undefined {
    return this.#commits.get(index)
  }

  entries(): Iterable<readonly [LogIndex, Commit]> {
    return this.#commits
  }

  /** Takes in what a leader has committed, also one that left its leadership in the very step in which it committed. */
  note({ id, incarnation, core }: ObservedServer): void {
    const view = core?.view
    if (core === null || view === undefined) return
    const who = `${incarnation}/${view.leaderEpoch}`
    const leads = view.role === 'leading'
    const led = this.#led.get(id) === who
    if (leads) this.#led.set(id, who)
    else this.#led.delete(id)
    if (!(leads || led) || view.commitIndex <= this.#last) return
    for (let index = view.commitIndex; index >= view.firstIndex && !this.#commits.has(index); index -= 1) {
      this.#commits.set(index, { epoch: core.epochAt(index), inEpoch: view.leaderEpoch })
    }
    this.#last = view.commitIndex
  }
}
