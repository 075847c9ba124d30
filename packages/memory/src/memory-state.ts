import { SynodError } from '@synod/interface'
import type { LogBatch, OpenedStore, StoreOwner } from '@synod/interface'

/** What a store holds: once as its owner sees it, and once as it would be found after loss of power. */
export class MemoryState {
  owner: StoreOwner | null = null
  #batches: LogBatch[] = []
  /** Sequence that the next batch must have; 0 while any is welcome. */
  #next = 0
  readonly #snapshots: Map<string, Uint8Array[]> = new Map()

  append(batch: LogBatch): void {
    if (this.#next !== 0 && batch.sequence !== this.#next) {
      throw new SynodError('SYNOD_INVARIANT', `batch ${batch.sequence} is out of sequence: the next one must be ${this.#next}`)
    }
    this.#batches.push(batch)
    this.#next = batch.sequence + 1
  }

  dropBefore(sequence: number): void {
    this.#batches = this.#batches.filter((batch) => batch.sequence >= sequence)
  }

  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): void {
    const kept = offset === 0 ? [] : [...(this.#snapshots.get(id) ?? [])]
    let size = sizeOf(kept)
    if (offset > size) {
      throw new SynodError('SYNOD_INVARIANT', `snapshot ${id} has ${size} bytes; a piece at offset ${offset} would leave a hole`)
    }
    while (size > offset) {
      const last = kept.pop() ?? new Uint8Array()
      size -= last.length
      if (size < offset) {
        kept.push(last.slice(0, offset - size))
        size = offset
      }
    }
    this.#snapshots.set(id, [...kept, bytes])
  }

  getSnapshotChunk(id: string, offset: number, maxBytes: number): Uint8Array {
    const chunks = this.#snapshots.get(id)
    if (chunks === undefined) throw new SynodError('SYNOD_STORAGE_CORRUPT', `there is no snapshot ${id} in this store`)
    let start = 0
    for (const chunk of chunks) {
      if (offset < start + chunk.length) return chunk.slice(offset - start, offset - start + maxBytes)
      start += chunk.length
    }
    return new Uint8Array()
  }

  dropSnapshot(id: string): void {
    this.#snapshots.delete(id)
  }

  opened(): OpenedStore {
    return {
      batches: this.#batches.map((batch) => ({ ...batch, bytes: new Uint8Array(batch.bytes) })),
      snapshots: [...this.#snapshots].map(([id, chunks]) => ({ id, size: sizeOf(chunks) })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    }
  }

  copy(): MemoryState {
    const copy = new MemoryState()
    copy.owner = this.owner
    copy.#batches = [...this.#batches]
    copy.#next = this.#next
    for (const [id, chunks] of this.#snapshots) copy.#snapshots.set(id, [...chunks])
    return copy
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}
