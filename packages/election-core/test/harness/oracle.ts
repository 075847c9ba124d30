import type { ElectionCore } from '@synod/election-core'
import { isQuorum } from '@synod/election-core'
import type { Entry, NodeId, PeerBody, WalRecord } from '@synod/interface/protocol'
import { configOf } from './config-of.ts'
import type { DiskView } from './disk-view.ts'

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
  /** Log as the disk has it. */
  readonly disk: DiskView
  /** The core was not told yet of all that is durable. */
  readonly lags: boolean
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
  private readonly disks = new Map<NodeId, DiskView>()
  /** By zxid: what stands there, and the epoch of what is before it. */
  private readonly written = new Map<string, string>()
  private readonly granted = new Map<string, string>()
  private readonly size: number
  elections = 0
  readsChecked = 0

  constructor(size: number) {
    this.size = size
  }

  /** I1, I4b and I5, when a server takes leadership. */
  onLeader(node: Observed, incarnation: number, renews: boolean): void {
    const { view } = node.core
    const before = view.lastZxid.index - 1
    if (!renews && before > node.disk.base && node.disk.epochs.get(before) !== node.core.epochAt(before)) {
      throw new Violation('I10', `${node.id} leads epoch ${view.leaderEpoch} before its log up to ${before} is durable`)
    }
    const who = `${node.id}/${incarnation}`
    const present = this.leaders.get(view.leaderEpoch)
    if (present !== undefined && present !== who) throw new Violation('I1', `${who} and ${present} both lead epoch ${view.leaderEpoch}`)
    if (present === undefined) this.elections += 1
    this.leaders.set(view.leaderEpoch, who)
    if (node.disk.promised < view.leaderEpoch) {
      throw new Violation('I3', `${who} leads epoch ${view.leaderEpoch}, its disk has promised ${node.disk.promised}`)
    }
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

  /** I17: a read sees whatever was acknowledged before it was asked. */
  onRead(node: NodeId, read: { readonly readId: number; readonly index: number }, floor: number): void {
    this.readsChecked += 1
    if (read.index < floor)
      throw new Violation('I17', `read ${read.readId} of ${node} may answer at ${read.index}, ${floor} was acknowledged before`)
  }

  /** I2, I2b, I7 after every step of a server. */
  onStep(node: Observed, incarnation: number): void {
    const { view } = node.core
    this.disks.set(node.id, node.disk)
    const before = this.promises.get(node.id) ?? 0
    if (node.disk.promised < before) throw new Violation('I2', `durable promise of ${node.id} fell from ${before} to ${node.disk.promised}`)
    this.promises.set(node.id, node.disk.promised)
    const lastEpoch = node.disk.epochs.get(node.disk.last) ?? 0
    if (lastEpoch > node.disk.promised)
      throw new Violation('I2b', `disk of ${node.id} ends in epoch ${lastEpoch}, promised ${node.disk.promised}`)
    const life = `${node.id}/${incarnation}`
    if (view.commitIndex < (this.commits.get(life) ?? 0)) throw new Violation('I7', `commit index of ${life} fell`)
    if (view.role === 'leading' && view.commitIndex > (this.commits.get(life) ?? 0)) this.coveredByQuorum(node)
    this.commits.set(life, view.commitIndex)
    if (view.commitIndex > view.lastZxid.index) throw new Violation('I7', `${life} commits ${view.commitIndex} beyond its log`)
    if (view.role === 'leading' && view.strength === 'established') this.noteCommits(node)
    const commit = this.committed.get(view.commitIndex)
    if (commit && view.commitIndex >= view.firstIndex && node.core.epochAt(view.commitIndex) !== commit.epoch) {
      throw new Violation(
        'I7',
        `${life} commits ${node.core.epochAt(view.commitIndex)}.${view.commitIndex}, which is ${commit.epoch}.${view.commitIndex}`,
      )
    }
  }

  /** I7: what a leader commits is on a quorum of disks and of its own epoch. */
  private coveredByQuorum(node: Observed): void {
    const { view } = node.core
    const epoch = node.core.epochAt(view.commitIndex)
    if (epoch > view.leaderEpoch || epoch < 0)
      throw new Violation('I7', `leader ${node.id} of ${view.leaderEpoch} commits an entry of epoch ${epoch}`)
    const has = (id: NodeId): boolean => {
      const disk = this.disks.get(id)
      return disk !== undefined && (disk.epochs.get(view.commitIndex) === epoch || disk.base > view.commitIndex)
    }
    if (!isQuorum(configOf(this.size), has))
      throw new Violation('I7', `${epoch}.${view.commitIndex} is committed by ${node.id} without a quorum of disks`)
  }

  private noteCommits(node: Observed): void {
    const { view } = node.core
    const newest = view.commitIndex
    if (newest >= view.firstIndex && !this.committed.has(newest) && node.core.epochAt(newest) !== view.leaderEpoch) {
      throw new Violation('I7', `leader ${node.id} of ${view.leaderEpoch} commits ${node.core.epochAt(newest)}.${newest} by count`)
    }
    for (let index = newest; index >= view.firstIndex && !this.committed.has(index); index -= 1) {
      this.committed.set(index, { epoch: node.core.epochAt(index), inEpoch: view.leaderEpoch })
    }
  }

  /** The disk of a server was lost: its durable promise starts again from nothing, and I16 is what keeps it silent. */
  forget(node: NodeId): void {
    this.promises.delete(node)
    for (const life of [...this.commits.keys()]) if (life.startsWith(`${node}/`)) this.commits.delete(life)
  }

  /** I10, I11: what is recovered is what the disk has, without a gap. */
  onRecover(node: Observed): void {
    const { view } = node.core
    if (view.lastZxid.index !== node.disk.last)
      throw new Violation('I11', `${node.id} recovers up to ${view.lastZxid.index}, its disk ends at ${node.disk.last}`)
    if (view.promised.epoch < node.disk.promised)
      throw new Violation('I11', `${node.id} recovers promise ${view.promised.epoch} of ${node.disk.promised}`)
    for (let index = view.firstIndex; index <= view.lastZxid.index; index += 1) {
      const epoch = node.disk.epochs.get(index)
      const found = node.core.entries(index, index)[0]?.index
      if (found !== index) throw new Violation('I10', `${node.id} recovers entry ${found ?? 'nothing'} in the place of ${index}`)
      if (node.core.epochAt(index) < 0)
        throw new Violation('I10', `${node.id} recovers from ${view.firstIndex} on, but has no entry ${index}`)
      if (epoch !== undefined && node.core.epochAt(index) !== epoch)
        throw new Violation('I11', `${node.id} recovers ${node.core.epochAt(index)}.${index} for ${epoch}.${index}`)
    }
  }

  /** I4, I4b, I9, I12 when a record reaches a disk. */
  onRecord(node: NodeId, disk: DiskView, record: WalRecord): void {
    if (record.kind === 'truncate') this.onTruncate(node, disk, record.keepIndex)
    if (record.kind === 'snapbase') {
      const commit = this.committed.get(record.snapshot.zxid.index)
      if (commit && commit.epoch !== record.snapshot.zxid.epoch)
        throw new Violation('I12', `${node} installs a snapshot of what was never committed`)
      if (record.snapshot.zxid.index < disk.last && disk.epochs.get(record.snapshot.zxid.index) !== record.snapshot.zxid.epoch) {
        this.onTruncate(node, disk, record.snapshot.zxid.index)
      }
    }
    if (record.kind !== 'entries') return
    let before = record.prev
    if (before.index !== disk.last) throw new Violation('I10', `disk of ${node} gets ${before.index + 1} after ${disk.last}`)
    for (const entry of record.entries) {
      if (entry.index !== before.index + 1) throw new Violation('I10', `disk of ${node} gets ${entry.index} after ${before.index}`)
      if (entry.epoch < before.epoch) throw new Violation('I4b', `disk of ${node}: epoch ${entry.epoch} after ${before.epoch}`)
      if (entry.epoch > before.epoch && entry.type !== 'epoch')
        throw new Violation('I4b', `disk of ${node}: epoch ${entry.epoch} begins with ${entry.type}`)
      const text = `${nameOf(entry)} after ${before.epoch}`
      const present = this.written.get(`${entry.epoch}.${entry.index}`)
      if (present !== undefined && present !== text) throw new Violation('I4', `disk of ${node} gets ${text}, another has ${present}`)
      this.written.set(`${entry.epoch}.${entry.index}`, text)
      before = { epoch: entry.epoch, index: entry.index }
    }
  }

  private onTruncate(node: NodeId, disk: DiskView, keepIndex: number): void {
    for (let index = keepIndex + 1; index <= disk.last; index += 1) {
      const commit = this.committed.get(index)
      if (commit && commit.epoch === disk.epochs.get(index)) {
        throw new Violation('I9', `disk of ${node} loses ${commit.epoch}.${index}, which is committed`)
      }
    }
  }

  /** I2, I3, I10: what a message says is what the disk of its sender has. */
  onSpeech(node: Observed, said: { readonly body: PeerBody; readonly to: ElectionCore }): void {
    const { body } = said
    if (body.type === 'status' && body.store !== 'blank' && !node.lags) this.onVote(node, body.lastZxid)
    if (body.type === 'ackEpoch' && body.granted) {
      this.hasPromised(node, body.epoch, 'grants')
      const key = `${node.id} ${body.epoch}`
      const candidate = `${said.to.view.member.id}/${body.candidateIncarnation}`
      const present = this.granted.get(key)
      if (present !== undefined && present !== candidate && this.leaders.get(body.epoch) !== candidate)
        throw new Violation('I2', `${node.id} grants epoch ${body.epoch} to ${candidate} after ${present}`)
      this.granted.set(key, candidate)
      const follows = (node.disk.epochs.get(node.disk.last) ?? 0) >= body.epoch
      if (node.disk.promised === body.epoch && !follows) this.hasEntry(node, body.lastZxid)
    }
    if (body.type === 'appended' && body.ok && body.durableIndex > 0) {
      this.hasPromised(node, body.epoch, 'acknowledges')
      const leader = said.to
      const same = leader.view.role === 'leading' && leader.view.leaderEpoch === body.epoch && node.disk.promised === body.epoch
      if (same && body.durableIndex >= leader.view.firstIndex) {
        const epoch = leader.epochAt(body.durableIndex)
        this.hasEntry(node, { epoch, index: body.durableIndex })
      } else if (
        node.disk.promised === body.epoch &&
        body.durableIndex > node.disk.base &&
        node.disk.epochs.get(body.durableIndex) === undefined
      ) {
        throw new Violation('I3', `${node.id} acknowledges ${body.durableIndex}, which its disk does not have`)
      }
    }
    if (body.type === 'snapshotAck' && body.installed) this.hasPromised(node, body.epoch, 'has installed')
  }

  private hasPromised(node: Observed, epoch: number, what: string): void {
    if (node.disk.promised < epoch) {
      throw new Violation('I3', `${node.id} ${what} in epoch ${epoch}, its disk has promised ${node.disk.promised}`)
    }
  }

  private hasEntry(node: Observed, zxid: { readonly epoch: number; readonly index: number }): void {
    if (zxid.index <= node.disk.base || node.disk.epochs.get(zxid.index) === zxid.epoch) return
    throw new Violation(
      'I3',
      `${node.id} claims ${zxid.epoch}.${zxid.index}, its disk has ${node.disk.epochs.get(zxid.index) ?? 'nothing'} there`,
    )
  }

  private onVote(node: Observed, vote: { readonly epoch: number; readonly index: number }): void {
    const { disk } = node
    if (vote.index !== disk.last || (vote.index > 0 && vote.epoch !== disk.epochs.get(vote.index))) {
      throw new Violation(
        'I10',
        `${node.id} votes with ${vote.epoch}.${vote.index}, its disk ends at ${disk.epochs.get(disk.last) ?? 0}.${disk.last}`,
      )
    }
  }

  get committedCount(): number {
    return this.committed.size
  }
}
