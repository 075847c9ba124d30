import type { LogBatch, OpenedStore, StoreOwner } from '@synod/interface'
import { SynodError } from '@synod/interface'

/** Everything that a disk holds at one moment. */
export class StoreImage {
  owner: StoreOwner | null = null
  batches: LogBatch[] = []
  readonly snapshots: Map<string, Uint8Array> = new Map()

  copy(): StoreImage {
    const copy = new StoreImage()
    copy.owner = this.owner
    copy.batches = Array.from(this.batches)
    for (const [id, bytes] of this.snapshots) copy.snapshots.set(id, bytes)
    return copy
  }

  get bytes(): number {
    let sum = 0
    for (const batch of this.batches) sum += batch.bytes.length
    for (const bytes of this.snapshots.values()) sum += bytes.length
    return sum
  }

  /** A piece of a snapshot that what is there does not reach. */
  leavesHole(change: DiskChange): boolean {
    return change.kind === 'putChunk' && change.offset > (this.snapshots.get(change.id)?.length ?? 0)
  }

  apply(change: DiskChange): void {
    switch (change.kind) {
      case 'append':
        this.batches.push(change.batch)
        break
      case 'dropBefore':
        this.batches = this.batches.filter((batch) => batch.sequence >= change.sequence)
        break
      case 'putChunk': {
        const present = this.snapshots.get(change.id) ?? new Uint8Array()
        if (change.offset > present.length) {
          throw new SynodError(
            'SYNOD_INVARIANT',
            `snapshot ${change.id} has ${present.length} bytes; a piece at ${change.offset} leaves a hole`,
          )
        }
        const bytes = new Uint8Array(change.offset + change.bytes.length)
        bytes.set(present.subarray(0, change.offset))
        bytes.set(change.bytes, change.offset)
        this.snapshots.set(change.id, bytes)
        break
      }
      case 'dropSnapshot':
        this.snapshots.delete(change.id)
    }
  }

  /** As the owner reads it after opening. The bytes are its own. */
  opened(): OpenedStore {
    return {
      batches: this.batches.map((batch) => ({ ...batch, bytes: batch.bytes.slice() })),
      snapshots: Array.from(this.snapshots, ([id, bytes]) => ({ id, size: bytes.length })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    }
  }
}

/** One write, in the order of the calls. */
export type DiskChange =
  | { readonly kind: 'append'; readonly batch: LogBatch }
  | { readonly kind: 'dropBefore'; readonly sequence: number }
  | { readonly kind: 'putChunk'; readonly id: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'dropSnapshot'; readonly id: string }
