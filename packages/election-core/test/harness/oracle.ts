import type { ElectionCore } from '@synod/election-core'
import type { Entry, NodeId } from '@synod/interface/protocol'

/** A broken invariant, named. */
export class Violation extends Error {
  readonly invariant: string
  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`)
    this.invariant = invariant
  }
}

export interface Observed {
  readonly id: NodeId
  readonly core: ElectionCore
  /** Log as the disk has it: epoch per index, from `diskBase` on. */
  readonly disk: { readonly base: number; readonly epochs: ReadonlyMap<number, number>; readonly last: number; readonly promised: number }
}

function nameOf(entry: Entry): string {
  return `${entry.epoch}.${entry.index} ${entry.type} ${Array.from(entry.payload).join(',')}`
}

/** Sees the whole cluster at once and knows what must never happen (protocol §2.16). */
export class Oracle {
  private readonly leaders = new Map<number, string>()
  private readonly applied = new Map<number, string>()
  private readonly committed = new Map<number, { readonly epoch: number; readonly inEpoch: number }>()
  private readonly promises = new Map<NodeId, number>()
  private readonly commits = new Map<string, number>()
  elections = 0

  /** I1 and I5, when a server takes leadership. */
  onLeader(node: Observed, incarnation: number): void {
    const { view } = node.core
    const who = `${node.id}/${incarnation}`
    const present = this.leaders.get(view.leaderEpoch)
    if (present !== undefined && present !== who) throw new Violation('I1', `${who} and ${present} both lead epoch ${view.leaderEpoch}`)
    if (present === undefined) this.elections += 1
    this.leaders.set(view.leaderEpoch, who)
    for (const [index, commit] of this.committed) {
      if (commit.inEpoch >= view.leaderEpoch || index < view.firstIndex) continue
      if (node.core.epochAt(index) !== commit.epoch) {
        throw new Violation(
          'I5',
          `leader ${who} of ${view.leaderEpoch} lacks ${commit.epoch}.${index}, committed in epoch ${commit.inEpoch}`,
        )
      }
    }
  }

  /** I6: one value per applied index, for ever. */
  onApply(node: NodeId, entry: Entry): void {
    const name = nameOf(entry)
    const present = this.applied.get(entry.index)
    if (present !== undefined && present !== name) throw new Violation('I6', `server ${node} applies ${name}, another applied ${present}`)
    this.applied.set(entry.index, name)
  }

  /** I2, I2b, I7 after every step of a server. */
  onStep(node: Observed, incarnation: number): void {
    const { view } = node.core
    const before = this.promises.get(node.id) ?? 0
    if (node.disk.promised < before) throw new Violation('I2', `durable promise of ${node.id} fell from ${before} to ${node.disk.promised}`)
    this.promises.set(node.id, node.disk.promised)
    const lastEpoch = node.disk.epochs.get(node.disk.last) ?? 0
    if (lastEpoch > node.disk.promised)
      throw new Violation('I2b', `disk of ${node.id} ends in epoch ${lastEpoch}, promised ${node.disk.promised}`)
    const life = `${node.id}/${incarnation}`
    if (view.commitIndex < (this.commits.get(life) ?? 0)) throw new Violation('I7', `commit index of ${life} fell`)
    this.commits.set(life, view.commitIndex)
    if (view.commitIndex > view.lastZxid.index) throw new Violation('I7', `${life} commits ${view.commitIndex} beyond its log`)
    if (view.role === 'leading' && view.strength === 'established') this.noteCommits(node)
  }

  private noteCommits(node: Observed): void {
    const { view } = node.core
    for (let index = view.commitIndex; index >= view.firstIndex && !this.committed.has(index); index -= 1) {
      this.committed.set(index, { epoch: node.core.epochAt(index), inEpoch: view.leaderEpoch })
    }
  }

  /** The disk of a server was lost: its durable promise starts again from nothing, and I16 is what keeps it silent. */
  forget(node: NodeId): void {
    this.promises.delete(node)
  }

  /** I3: what is said to be durable is. */
  onClaim(
    node: Observed,
    claim: { readonly index: number; readonly epochAt: number; readonly promised: number; readonly what: string },
  ): void {
    if (node.disk.promised < claim.promised) {
      throw new Violation('I3', `${node.id} says ${claim.what} of epoch ${claim.promised}, its disk has promised ${node.disk.promised}`)
    }
    if (claim.index > node.disk.base && node.disk.epochs.get(claim.index) === undefined) {
      throw new Violation('I3', `${node.id} acknowledges ${claim.index}, which its disk does not have`)
    }
  }

  get committedCount(): number {
    return this.committed.size
  }
}
