import { SynodError } from '@synod/interface'
import type { LogBatch, LogStorage, OpenedStore, StoreOwner } from '@synod/interface'
import { MemoryState } from './memory-state.ts'

/**
 * A store that lives as long as the object: it may be closed and opened again, as a server's disk outlives its process.
 * It models a disk with a cache: what was written is durable only once it has been synced, which happens by itself at the
 * end of the current turn unless durability is held back.
 */
export interface MemoryStorage extends LogStorage {
  /** From now on nothing becomes durable: `append` does not resolve, as on a disk that stalls. */
  hold(): void
  /** Ends `hold`: everything written becomes durable and the appends that wait resolve. */
  release(): void
  /**
   * Loses power: everything that is not durable is gone, calls that wait reject with `SYNOD_STORAGE_FAILED`, and so does every
   * later one until the store is opened again. Also ends `hold` and `fail`.
   */
  powerLoss(): void
  /** From now on every write fails with `SYNOD_STORAGE_FAILED` and this cause, as on a broken or full disk, until it is opened again. */
  fail(cause: Error): void
}

/** Makes an empty store in memory: the reference adapter of the `LogStorage` port. */
export function createMemoryStorage(): MemoryStorage {
  return new Storage()
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: SynodError) => void
}

class Storage implements MemoryStorage {
  /** What a reader sees now. */
  #current: MemoryState = new MemoryState()
  /** What would be found after loss of power. */
  #durable: MemoryState = new MemoryState()
  #unsynced: ((state: MemoryState) => void)[] = []
  #waiting: Waiter[] = []
  #isOpen = false
  #held = false
  #syncScheduled = false
  #broken: Error | null = null
  #failure: SynodError | null = null

  async open(owner: StoreOwner): Promise<OpenedStore> {
    if (this.#isOpen && this.#failure === null) {
      throw new SynodError('SYNOD_STORAGE_IN_USE', 'this store in memory is open already; close it first')
    }
    const found = this.#durable.owner
    if (found !== null && (found.clusterName !== owner.clusterName || found.id !== owner.id)) {
      throw new SynodError(
        'SYNOD_STORAGE_FOREIGN',
        `this store belongs to server ${found.id} of cluster ${found.clusterName}, ` +
          `not to server ${owner.id} of ${owner.clusterName}; give each server a store of its own`,
      )
    }
    this.#durable.owner = owner
    this.#reset()
    this.#isOpen = true
    return this.#current.opened()
  }

  append(batch: LogBatch): Promise<void> {
    const kept = { ...batch, bytes: new Uint8Array(batch.bytes) }
    return new Promise((resolve, reject) => {
      this.#write((state) => state.append(kept))
      this.#waiting.push({ resolve, reject })
      this.#scheduleSync()
    })
  }

  async dropBefore(sequence: number): Promise<void> {
    this.#write((state) => state.dropBefore(sequence))
  }

  async putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): Promise<void> {
    const kept = new Uint8Array(bytes)
    this.#write((state) => state.putSnapshotChunk(id, offset, kept))
  }

  async getSnapshotChunk(id: string, offset: number, maxBytes: number): Promise<Uint8Array> {
    this.#assertUsable()
    return this.#current.getSnapshotChunk(id, offset, maxBytes)
  }

  async dropSnapshot(id: string): Promise<void> {
    this.#write((state) => state.dropSnapshot(id))
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#held = false
    this.#sync()
    this.#isOpen = false
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#sync()
  }

  powerLoss(): void {
    this.#poison(new SynodError('SYNOD_STORAGE_FAILED', 'this store in memory lost power; open it again'))
    this.#isOpen = false
  }

  fail(cause: Error): void {
    this.#broken = cause
  }

  #reset(): void {
    this.#current = this.#durable.copy()
    this.#unsynced = []
    this.#held = false
    this.#broken = null
    this.#failure = null
  }

  #assertUsable(): void {
    if (this.#failure !== null) throw this.#failure
    if (!this.#isOpen) throw new SynodError('SYNOD_STOPPED', 'this store in memory is not open')
  }

  /** Any write that fails ends this life of the store: a later one must not take effect without it. */
  #write(change: (state: MemoryState) => void): void {
    this.#assertUsable()
    try {
      if (this.#broken !== null) {
        throw new SynodError('SYNOD_STORAGE_FAILED', `the disk failed: ${this.#broken.message}; the server must be restarted`, {
          cause: this.#broken,
        })
      }
      change(this.#current)
    } catch (error) {
      const failure = SynodError.is(error) ? error : new SynodError('SYNOD_STORAGE_FAILED', String(error), { cause: error })
      this.#poison(failure)
      throw failure
    }
    this.#unsynced.push(change)
  }

  #poison(failure: SynodError): void {
    this.#failure = failure
    const waiting = this.#waiting
    this.#waiting = []
    this.#unsynced = []
    for (const waiter of waiting) waiter.reject(failure)
  }

  #scheduleSync(): void {
    if (this.#syncScheduled) return
    this.#syncScheduled = true
    queueMicrotask(() => {
      this.#syncScheduled = false
      if (!this.#held) this.#sync()
    })
  }

  #sync(): void {
    for (const change of this.#unsynced) change(this.#durable)
    this.#unsynced = []
    const waiting = this.#waiting
    this.#waiting = []
    for (const waiter of waiting) waiter.resolve()
  }
}
