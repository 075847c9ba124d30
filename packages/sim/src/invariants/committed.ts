import type { Epoch, LogIndex } from '@synod/interface/protocol'
import type { ObservedServer } from './invariant.ts'

export interface Commit {
  readonly epoch: Epoch
  /** Epoch of the leader that committed it first. */
  readonly inEpoch: Epoch
}

/** Which entries leaders have committed, seen step by step; shared by the invariants that ask. */
export class CommitLog {
  readonly #commits: Map<LogIndex, Commit> = new Map()
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

  /** Takes in what a leader has committed. */
  note({ core }: ObservedServer): void {
    const view = core?.view
    if (core === null || view === undefined || view.role !== 'leading' || view.commitIndex <= this.#last) return
    for (let index = view.commitIndex; index >= view.firstIndex && !this.#commits.has(index); index -= 1) {
      this.#commits.set(index, { epoch: core.epochAt(index), inEpoch: view.leaderEpoch })
    }
    this.#last = view.commitIndex
  }
}
