import type { LogBatch, LogStorage, OpenedStore, StoreOwner } from '@synod/interface'

/** A store whose appends resolve later than they could, in their order: what a slow disk looks like to a replica. */
export class SlowStorage implements LogStorage {
  appendDelayMs = 0
  readonly #inner: LogStorage
  #last: Promise<unknown> = Promise.resolve()

  constructor(inner: LogStorage) {
    this.#inner = inner
  }

  open(owner: StoreOwner): Promise<OpenedStore> {
    return this.#inner.open(owner)
  }

  append(batch: LogBatch): Promise<void> {
    const before = this.#last
    const durable = this.#inner.append(batch)
    const delay = this.appendDelayMs
    const done =
      delay === 0 ? Promise.all([before, durable]) : Promise.all([before, durable, new Promise((resolve) => setTimeout(resolve, delay))])
    this.#last = done.catch(() => {})
    return done.then(() => {})
  }

  dropBefore(sequence: number): Promise<void> {
    return this.#inner.dropBefore(sequence)
  }

  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#inner.putSnapshotChunk(id, offset, bytes)
  }

  getSnapshotChunk(id: string, offset: number, maxBytes: number): Promise<Uint8Array> {
    return this.#inner.getSnapshotChunk(id, offset, maxBytes)
  }

  dropSnapshot(id: string): Promise<void> {
    return this.#inner.dropSnapshot(id)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
