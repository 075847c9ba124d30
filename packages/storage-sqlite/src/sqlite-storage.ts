import { Worker } from 'node:worker_threads'
import { SynodError } from '@synod/interface'
import type { LogBatch, LogStorage, OpenedStore, StoreOwner } from '@synod/interface'
import { CallerAppends } from './caller-appends.ts'
import { CallerConnection } from './caller-connection.ts'
import { Checkpoints } from './checkpoints.ts'
import { toSynodError, unpackFailure } from './failure.ts'
import type { Answer, PackedStore, Position, Request, Response } from './messages.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { Pace } from './pace.ts'
import { assertRuntime } from './runtime.ts'

interface Waiter {
  readonly resolve: (answer: Answer & { ok: true }) => void
  readonly reject: (error: SynodError) => void
  /** What it hands over to be written. */
  readonly bytes: number
}

/** A greater batch is never synced in the caller's thread. */
const callerBytesMax = 256 * 1024

/**
 * The caller's side of a store: hands each call to the worker and settles the calls in order, as its answers come. The worker
 * keeps the order, so that no call needs a number. While the worker has nothing to do and the disk is quick, appends are made here.
 */
export class SqliteStorage implements LogStorage {
  readonly where: string
  readonly #options: ResolvedSqliteStorage
  readonly #pace: Pace
  readonly #checkpoints: Checkpoints
  #worker: Worker | null = null
  /** There from the answer to `open` to the call of `close`. */
  #here: CallerAppends | null = null
  /** Open for calls: between the answer to `open` and the call of `close`. */
  #usable = false
  #failure: SynodError | null = null
  #opening: Promise<OpenedStore> | null = null
  #closing: Promise<void> | null = null
  #firstSequence = 0
  #nextSequence = 0
  readonly #waiting: Waiter[] = []

  constructor(options: ResolvedSqliteStorage) {
    this.where = options.directory
    this.#options = options
    this.#pace = new Pace(options.callerSyncMs)
    this.#checkpoints = new Checkpoints(options.walBytesMax, () => {
      this.#ask({ kind: 'checkpoint' }).catch(() => {
        // Kept as the failure of the store, which its next call is told of.
      })
    })
  }

  async open(owner: StoreOwner): Promise<OpenedStore> {
    assertRuntime(process.versions)
    if (this.#worker !== null || this.#here !== null) {
      throw new SynodError(
        'SYNOD_STORAGE_IN_USE',
        `the store in ${this.#options.directory} is open already, by this very object; close it first`,
      )
    }
    this.#failure = null
    this.#opening = this.#open(owner).finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #open(owner: StoreOwner): Promise<OpenedStore> {
    const worker = this.#startWorker()
    try {
      const answer = await this.#ask({ kind: 'open', owner: { clusterName: owner.clusterName, id: owner.id } })
      this.#enter(answer.position)
      return unpackStore(answer.store)
    } catch (error) {
      this.#worker = null
      await worker.terminate()
      throw error
    }
  }

  #enter(position: Position | undefined): void {
    if (position === undefined) throw new SynodError('SYNOD_INVARIANT', 'the thread of the store does not say what it opened')
    this.#firstSequence = position.firstSequence
    this.#nextSequence = position.nextSequence
    this.#here = new CallerAppends(new CallerConnection(position.path, this.#options), this.#pace, {
      firstSequence: () => this.#firstSequence,
      onCommitted: (bytes) => this.#checkpoints.written(bytes),
      onFailed: (error) => {
        this.#failure ??= toSynodError(error, position.path, 'run')
        return this.#failure
      },
    })
    this.#usable = true
    this.#checkpoints.start(position.walBytes)
  }

  async append(batch: LogBatch): Promise<void> {
    this.#assertUsable()
    this.#assertNext(batch)
    const { sequence, firstIndex, lastIndex } = batch
    const bytes = new Uint8Array(batch.bytes)
    const copy = { sequence, firstIndex, lastIndex, bytes }
    // The first batch of all also says where the stream begins, which is the worker's to write.
    const isFirst = this.#firstSequence === 0
    if (isFirst) this.#firstSequence = sequence
    this.#nextSequence = sequence + 1
    const here = isFirst ? null : this.#hereFor(bytes.length)
    if (here === null) await this.#ask({ kind: 'append', batch: copy }, bytes)
    else await here.append(copy)
  }

  async dropBefore(sequence: number): Promise<void> {
    this.#assertUsable()
    const floor = Math.min(sequence, this.#nextSequence)
    await this.#ask({ kind: 'dropBefore', sequence: floor })
    this.#firstSequence = Math.max(this.#firstSequence, floor)
  }

  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): Promise<void> {
    const copy = new Uint8Array(bytes)
    return this.#call({ kind: 'putSnapshotChunk', id, offset, bytes: copy }, copy)
  }

  async getSnapshotChunk(id: string, offset: number, maxBytes: number): Promise<Uint8Array> {
    this.#assertUsable()
    const answer = await this.#ask({ kind: 'getSnapshotChunk', id, offset, maxBytes })
    return answer.chunk ?? new Uint8Array()
  }

  dropSnapshot(id: string): Promise<void> {
    return this.#call({ kind: 'dropSnapshot', id })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => {
      this.#closing = null
    })
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => {
      // Told to whoever asked for it; then there is nothing to close.
    })
    const worker = this.#worker
    this.#usable = false
    this.#checkpoints.stop()
    try {
      this.#here?.close()
      if (worker !== null) await this.#ask({ kind: 'close', sealedAs: this.#failure === null ? this.#nextSequence : 0 })
    } finally {
      this.#here = null
      this.#worker = null
      await worker?.terminate()
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./storage-worker.js', import.meta.url), {
      workerData: this.#options,
      execArgv: [],
      // It holds a batch at a time: without a bound its young generation alone would grow to tens of megabytes.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    this.#worker = worker
    worker.on('message', (response: Response) => this.#onResponse(response))
    worker.on('error', (error) => this.#onWorkerGone(worker, error))
    worker.on('exit', () => this.#onWorkerGone(worker, null))
    return worker
  }

  /** Set when a batch of this size is to be appended here. What has begun to collect goes on, so that the order is kept. */
  #hereFor(bytes: number): CallerAppends | null {
    if (this.#here?.collecting === true) return this.#here
    const isWelcome = this.#waiting.length === 0 && bytes <= callerBytesMax && this.#pace.isQuick(performance.now())
    return isWelcome ? this.#here : null
  }

  #assertNext({ sequence, firstIndex, lastIndex }: LogBatch): void {
    const isNumbers = sequence >= 1 && [sequence, firstIndex, lastIndex].every(Number.isSafeInteger)
    if (isNumbers && (this.#nextSequence === 0 || sequence === this.#nextSequence)) return
    this.#failure = isNumbers
      ? new SynodError('SYNOD_INVARIANT', `batch ${sequence} is out of sequence: the next one must be ${this.#nextSequence}`)
      : new SynodError('SYNOD_INVARIANT', `sequence and indices must be safe integers (${sequence}, ${firstIndex}, ${lastIndex})`)
    throw this.#failure
  }

  #assertUsable(): void {
    if (this.#failure !== null) throw this.#failure
    if (!this.#usable) throw new SynodError('SYNOD_STOPPED', `the store in ${this.#options.directory} is not open`)
  }

  async #call(request: Request, owned?: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#assertUsable()
    await this.#ask(request, owned)
  }

  #ask(request: Request, owned?: Uint8Array<ArrayBuffer>): Promise<Answer & { ok: true }> {
    return new Promise((resolve, reject) => {
      this.#here?.flush()
      if (this.#worker === null) return reject(this.#failure ?? new SynodError('SYNOD_STOPPED', 'this store is not open'))
      // What was just flushed may have failed: nothing may follow it.
      if (this.#failure !== null && request.kind !== 'close') return reject(this.#failure)
      this.#waiting.push({ resolve, reject, bytes: owned?.length ?? 0 })
      this.#worker.postMessage(request, owned === undefined ? [] : [owned.buffer])
    })
  }

  #onResponse(response: Response): void {
    if ('done' in response) {
      this.#pace.note(response.tookMs, performance.now())
      const done = this.#waiting.splice(0, response.done)
      for (const waiter of done) waiter.resolve({ ok: true })
      this.#checkpoints.written(bytesOf(done))
      return
    }
    // A group that was read from; most often nothing was written along with it.
    const bytes = bytesOf(this.#waiting.slice(0, response.answers.length))
    for (const answer of response.answers) this.#settle(answer)
    if (bytes > 0) this.#checkpoints.written(bytes)
  }

  #settle(answer: Answer): void {
    const waiter = this.#waiting.shift()
    if (waiter === undefined) return
    if (answer.ok) return waiter.resolve(answer)
    const error = unpackFailure(answer.failure)
    if (answer.failure.fatal && this.#usable) this.#failure ??= error
    waiter.reject(error)
  }

  /** The thread ended by itself: out of memory, or its addon did not load. What it had not answered has an unknown outcome. */
  #onWorkerGone(worker: Worker, cause: Error | null): void {
    if (this.#worker !== worker || (cause === null && this.#waiting.length === 0 && !this.#usable)) return
    const reason = cause === null ? 'its thread ended' : cause.message
    this.#failure ??= new SynodError(
      'SYNOD_STORAGE_FAILED',
      `the store in ${this.#options.directory} stopped: ${reason}; restart this server`,
      { cause },
    )
    this.#worker = null
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#failure)
  }
}

function bytesOf(waiters: readonly Waiter[]): number {
  return waiters.reduce((sum, { bytes }) => sum + bytes, 0)
}

function unpackStore(store: PackedStore | undefined): OpenedStore {
  const batches: LogBatch[] = []
  for (const { numbers, bytes } of store?.packs ?? []) {
    let offset = 0
    for (let i = 0; i < numbers.length; i += 4) {
      const [sequence = 0, firstIndex = 0, lastIndex = 0, length = 0] = numbers.subarray(i, i + 4)
      batches.push({ sequence, firstIndex, lastIndex, bytes: bytes.subarray(offset, offset + length) })
      offset += length
    }
  }
  return { batches, snapshots: store?.snapshots ?? [] }
}
