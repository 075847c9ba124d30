import type { Cancel } from '@synod/interface'
import { decodeRecords } from '@synod/wire'
import type { WalRecord } from '@synod/interface/protocol'
import type { Micros } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { Scheduler } from '../engine/scheduler.ts'
import { DiskView } from './disk-view.ts'
import { StoreImage, type DiskChange } from './store-image.ts'

/** How fast a disk is. */
export interface DiskTraits {
  /** A sync takes from `syncMinMicros` to `syncMaxMicros`. */
  readonly syncMinMicros: Micros
  readonly syncMaxMicros: Micros
}

interface Work {
  endsAt: Micros
  readonly done: () => void
  readonly cancel: Cancel
}

/** A disk of a server: it outlives the server's processes. What was written and not synced is lost with the power. */
export class SimDisk {
  readonly random: RandomStream
  readonly traits: DiskTraits
  /** Durable contents. */
  image: StoreImage = new StoreImage()
  /** What the durable records say. */
  view: DiskView = new DiskView()
  /** Writes that have reached the disk's cache, oldest first. */
  unsynced: DiskChange[] = []
  /** Every sync takes so much longer. */
  slowMicros: Micros = 0
  /** Write number that fails; `null`: none. */
  failAtWrite: number | null = null
  isFull = false
  /** Lost or damaged for good, as far as the server can tell. */
  isSpoilt = false
  writes = 0
  /** Told of every record that becomes durable, in order, before `view` takes it in. */
  onRecord: (record: WalRecord) => void = () => undefined
  #chain: number | null = 0
  readonly #work: Set<Work> = new Set()

  constructor(random: RandomStream, traits: DiskTraits) {
    this.random = random
    this.traits = traits
  }

  /** The disk works for so long; `quicken` ends it early. */
  spin(scheduler: Scheduler, micros: Micros, done: () => void): void {
    const work: Work = { endsAt: scheduler.now + micros, done, cancel: scheduler.after(micros, () => this.#finish(work)) }
    this.#work.add(work)
  }

  /** It is slow no longer, not even with what it is about to do. */
  quicken(scheduler: Scheduler): void {
    this.slowMicros = 0
    const soon = scheduler.now + this.traits.syncMaxMicros
    for (const work of this.#work) {
      if (work.endsAt <= soon) continue
      work.cancel()
      work.endsAt = soon
      scheduler.at(soon, () => {
        this.#finish(work)
      })
    }
  }

  syncMicros(): Micros {
    return this.random.between(this.traits.syncMinMicros, this.traits.syncMaxMicros) + this.slowMicros
  }

  /** The oldest `count` writes become durable. */
  sync(count: number): void {
    for (const change of this.unsynced.splice(0, count)) this.#harden(change)
  }

  /**
   * Power is lost, or the process ends in the middle of its writes: a random prefix of what was not synced is there afterwards. Of the
   * rest, pieces of snapshots may be there too, each whole or torn; batches may not, as the port demands.
   */
  lose(): void {
    const kept = this.random.chance(0.5) ? 0 : this.random.below(this.unsynced.length + 1)
    this.sync(kept)
    const rest = this.unsynced
    this.unsynced = []
    if (rest.length === 0 || !this.random.chance(0.5)) return
    for (const change of rest) {
      if (change.kind !== 'putChunk' || this.random.chance(0.5) || this.image.leavesHole(change)) continue
      this.image.apply({ ...change, bytes: change.bytes.subarray(0, this.random.below(change.bytes.length + 1)) })
    }
  }

  /** The contents as they were, by name, for `restore`. */
  backup(): StoreImage {
    return this.image.copy()
  }

  wipe(): void {
    this.restore(new StoreImage())
  }

  /** Replaces the contents by those of an older copy. */
  restore(image: StoreImage): void {
    this.unsynced = []
    this.image = image.copy()
    this.view = new DiskView()
    this.#chain = this.image.batches.length === 0 ? 0 : null
    for (const batch of this.image.batches) for (const record of this.#decode(batch.bytes)) this.view.apply(record)
  }

  /** Flips one bit somewhere in the stored batches; false when there is nothing to rot. */
  rot(): boolean {
    const { batches } = this.image
    if (batches.length === 0) return false
    const at = this.random.below(batches.length)
    const batch = batches[at]
    if (batch === undefined) return false
    const bytes = batch.bytes.slice()
    const byte = this.random.below(bytes.length)
    bytes[byte] = (bytes[byte] ?? 0) ^ (1 << this.random.below(8))
    this.image.batches = batches.with(at, { ...batch, bytes })
    return true
  }

  /** Something is written to the place of something else; false when there are no two places. */
  misdirect(): boolean {
    const { batches } = this.image
    if (batches.length < 2) return false
    const [from = 0, to = 0] = this.random.shuffle(batches.map((_, at) => at))
    const [source, target] = [batches[from], batches[to]]
    if (source === undefined || target === undefined) return false
    this.image.batches = batches.with(to, { ...target, bytes: source.bytes })
    return true
  }

  #finish(work: Work): void {
    this.#work.delete(work)
    work.done()
  }

  #harden(change: DiskChange): void {
    this.image.apply(change)
    if (change.kind !== 'append') return
    for (const record of this.#decode(change.batch.bytes)) {
      this.onRecord(record)
      this.view.apply(record)
    }
  }

  #decode(bytes: Uint8Array): readonly WalRecord[] {
    const decoded = decodeRecords(bytes, this.#chain)
    if (!decoded.ok) throw new Error(`the simulator cannot read what a server wrote: ${decoded.reason}`)
    this.#chain = decoded.value.chain
    return decoded.value.records
  }
}
