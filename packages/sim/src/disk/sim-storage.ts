import { SynodError, type LogBatch, type LogStorage, type OpenedStore, type StoreOwner } from '@synod/interface'
import type { SimProcess } from '../process/sim-process.ts'
import type { SimDisk } from './sim-disk.ts'
import type { DiskChange } from './store-image.ts'
import { StoreImage } from './store-image.ts'

interface Call {
  readonly durable: boolean
  readonly resolve: () => void
  readonly reject: (error: SynodError) => void
}

/** `LogStorage` of one life of a server, on its simulated disk: one write after the other, as a worker thread does it. */
export class SimStorage implements LogStorage {
  readonly #process: SimProcess
  readonly #disk: SimDisk
  /** Durable contents and what is written, synced or not: what a reader of this life sees. */
  #current: StoreImage = new StoreImage()
  #calls: Call[] = []
  #busy = false
  readonly #closers: (() => void)[] = []
  #failure: SynodError | null = null

  constructor(process: SimProcess, disk: SimDisk) {
    this.#process = process
    this.#disk = disk
  }

  get hasFailed(): boolean {
    return this.#failure !== null
  }

  open(owner: StoreOwner): Promise<OpenedStore> {
    return new Promise((resolve, reject) => {
      const read = (): void => {
        const found = this.#disk.image.owner
        if (found !== null && (found.clusterName !== owner.clusterName || found.id !== owner.id)) {
          reject(new SynodError('SYNOD_STORAGE_FOREIGN', `this disk belongs to server ${found.id}`))
          return
        }
        this.#disk.image.owner = owner
        this.#current = this.#disk.image.copy()
        resolve(this.#current.opened())
      }
      this.#disk.spin(this.#process.world.scheduler, this.#disk.syncMicros(), () => {
        this.#process.run(read)
      })
    })
  }

  append(batch: LogBatch): Promise<void> {
    return this.#write({ kind: 'append', batch: { ...batch, bytes: batch.bytes.slice() } }, true)
  }

  dropBefore(sequence: number): Promise<void> {
    return this.#write({ kind: 'dropBefore', sequence }, true)
  }

  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#write({ kind: 'putChunk', id, offset, bytes: bytes.slice() }, false)
  }

  getSnapshotChunk(id: string, offset: number, maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const read = (): void => {
        const bytes = this.#current.snapshots.get(id)
        if (this.#failure !== null) reject(this.#failure)
        else if (bytes === undefined) reject(new SynodError('SYNOD_STORAGE_CORRUPT', `there is no snapshot ${id} in this store`))
        else resolve(bytes.slice(offset, offset + maxBytes))
      }
      this.#process.effect(() => {
        this.#process.post(20, read)
      })
    })
  }

  dropSnapshot(id: string): Promise<void> {
    return this.#write({ kind: 'dropSnapshot', id }, false)
  }

  /** When everything is done that was asked for. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#process.post(0, () => {
        if (this.#calls.length === 0 && !this.#busy) resolve()
        else this.#closers.push(resolve)
      })
    })
  }

  /** Never settles once the process has ended: nobody is there to be told. */
  #write(change: DiskChange, durable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.effect(() => {
        this.#take(change, { durable, resolve, reject })
      })
    })
  }

  #take(change: DiskChange, call: Call): void {
    const disk = this.#disk
    disk.writes += 1
    if (this.#failure === null && (disk.isFull || disk.failAtWrite === disk.writes)) {
      this.#failure = new SynodError('SYNOD_STORAGE_FAILED', disk.isFull ? 'the disk is full' : 'the disk reported an error')
      // The sync failed, not the write: what was written may be there when the store is opened again (fsyncgate, S72).
      if (disk.failAtWrite === disk.writes && disk.random.chance(0.5)) disk.unsynced.push(change)
      disk.failAtWrite = null
    }
    if (this.#failure !== null) {
      const failure = this.#failure
      this.#process.post(10, () => {
        call.reject(failure)
      })
      return
    }
    this.#current.apply(change)
    disk.unsynced.push(change)
    this.#calls.push(call)
    this.#work()
  }

  /** Takes the calls up to the next one that must be durable, and does them. */
  #work(): void {
    if (this.#busy || this.#calls.length === 0) return
    this.#busy = true
    const syncAt = this.#calls.findIndex((call) => call.durable)
    const calls = this.#calls.splice(0, syncAt < 0 ? 1 : syncAt + 1)
    const micros = syncAt < 0 ? 30 : this.#disk.syncMicros()
    this.#disk.spin(this.#process.world.scheduler, micros, () => {
      if (!this.#process.isAlive) return
      if (syncAt >= 0) this.#disk.sync(this.#disk.unsynced.length - this.#calls.length)
      this.#process.run(() => {
        this.#busy = false
        for (const call of calls) call.resolve()
        this.#work()
        if (!this.#busy) for (const resolve of this.#closers.splice(0)) resolve()
      })
    })
  }
}
