import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { SynodError } from '@synod/interface'
import { packFailure, toSynodError } from './failure.ts'
import type { Answer, Failure, Request, Response } from './messages.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { Store } from './store.ts'

/** Requests that share a transaction carry at most about this many bytes, so that none waits for a very long one. */
const groupBytesMax = 4 * 1024 * 1024
/** What a commit writes to the write-ahead log beside its batches: a few pages that it changes in place. */
const commitOverheadBytes = 12 * 1024
const quietMs = 20

/** The thread that owns the connection. Requests that have queued up while one transaction ran share the next. */
class StorageWorker {
  readonly #port: MessagePort
  readonly #options: ResolvedSqliteStorage
  #store: Store | null = null
  #failure: Failure | null = null
  #walBytes = 0
  #quiet: NodeJS.Timeout | null = null

  constructor(port: MessagePort, options: ResolvedSqliteStorage) {
    this.#port = port
    this.#options = options
  }

  /** Takes the request that woke the thread and all that have arrived behind it. */
  onRequest(first: Request): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet)
    this.#quiet = null
    let next: Request | null = first
    while (next !== null) {
      const group: Request[] = [next]
      let bytes = sizeOf(next)
      next = this.#receive()
      while (next !== null && bytes < groupBytesMax && isGrouped(group[0]) && isGrouped(next)) {
        group.push(next)
        bytes += sizeOf(next)
        next = this.#receive()
      }
      this.#handle(group, bytes)
    }
    this.#scheduleCheckpoint()
  }

  #receive(): Request | null {
    const received: { message: Request } | undefined = receiveMessageOnPort(this.#port)
    return received === undefined ? null : received.message
  }

  #handle(group: readonly Request[], bytes: number): void {
    const [first] = group
    if (first === undefined) return
    if (first.kind === 'open') return this.#reply([this.#open(first)])
    if (first.kind === 'close') return this.#close()
    const answers = this.#transaction(group)
    if (answers.every((answer) => answer.ok && answer.chunk === undefined)) this.#post({ done: answers.length }, [])
    else this.#reply(answers)
    this.#walBytes += bytes + commitOverheadBytes
    if (this.#walBytes > this.#options.walBytesMax) this.#checkpoint()
  }

  #open(request: Request & { kind: 'open' }): Answer {
    try {
      this.#store = new Store(this.#options, request.owner)
      this.#walBytes = this.#store.walBytesAtOpen
      return { ok: true, store: this.#store.opened }
    } catch (error) {
      return { ok: false, failure: packFailure(toSynodError(error, this.#options.directory, 'open'), true) }
    }
  }

  /** All of the group becomes durable, or nothing of it and the store fails for good: a failed sync is never tried again. */
  #transaction(group: readonly Request[]): Answer[] {
    const store = this.#store
    if (store === null || this.#failure !== null) return this.#refuse(group.length)
    try {
      store.begin()
      const answers = group.map((request) => this.#perform(store, request))
      store.commit()
      return answers
    } catch (error) {
      this.#failure = packFailure(toSynodError(error, store.path, 'run'), true)
      this.#rollback(store)
      return this.#refuse(group.length)
    }
  }

  #perform(store: Store, request: Request): Answer {
    if (request.kind === 'append') store.append(request.batch)
    else if (request.kind === 'dropBefore') store.dropBefore(request.sequence)
    else if (request.kind === 'putSnapshotChunk') store.putSnapshotChunk(request.id, request.offset, request.bytes)
    else if (request.kind === 'dropSnapshot') store.dropSnapshot(request.id)
    else if (request.kind === 'getSnapshotChunk') return this.#read(store, request)
    return { ok: true }
  }

  #read(store: Store, request: Request & { kind: 'getSnapshotChunk' }): Answer {
    try {
      return { ok: true, chunk: store.getSnapshotChunk(request.id, request.offset, request.maxBytes) }
    } catch (error) {
      if (!SynodError.is(error)) throw error
      return { ok: false, failure: packFailure(error, false) }
    }
  }

  #rollback(store: Store): void {
    try {
      store.rollback()
    } catch {
      // The failure that led here is the one to report; the store takes no further write either way.
    }
  }

  #refuse(count: number): Answer[] {
    const failure = this.#failure ?? packFailure(new SynodError('SYNOD_STOPPED', 'this store is not open'), false)
    return Array.from({ length: count }, () => ({ ok: false, failure }))
  }

  #close(): void {
    const failure = this.#letGo()
    this.#reply([failure === null ? { ok: true } : { ok: false, failure }])
    this.#port.close()
  }

  #letGo(): Failure | null {
    const store = this.#store
    this.#store = null
    if (store === null) return null
    try {
      store.close(this.#failure === null)
      return null
    } catch (error) {
      // Of a store that failed nothing more is promised; what is durable is so already.
      return this.#failure === null ? packFailure(toSynodError(error, store.path, 'run'), true) : null
    }
  }

  /** In the first quiet moment, so that no append waits for it. */
  #scheduleCheckpoint(): void {
    if (this.#store === null || this.#failure !== null || this.#walBytes < this.#options.walBytesMax / 4) return
    this.#quiet = setTimeout(() => this.#checkpoint(), quietMs)
  }

  #checkpoint(): void {
    this.#walBytes = 0
    if (this.#store === null || this.#failure !== null) return
    try {
      this.#store.checkpoint()
    } catch (error) {
      this.#failure = packFailure(toSynodError(error, this.#store.path, 'run'), true)
    }
  }

  #reply(answers: readonly Answer[]): void {
    const transfer: ArrayBuffer[] = []
    for (const answer of answers) {
      if (!answer.ok) continue
      if (answer.chunk !== undefined) transfer.push(answer.chunk.buffer)
      for (const pack of answer.store?.packs ?? []) transfer.push(pack.numbers.buffer, pack.bytes.buffer)
    }
    this.#post({ answers }, transfer)
  }

  #post(response: Response, transfer: ArrayBuffer[]): void {
    this.#port.postMessage(response, transfer)
  }
}

function isGrouped(request: Request | undefined): boolean {
  return request !== undefined && request.kind !== 'open' && request.kind !== 'close'
}

function sizeOf(request: Request): number {
  if (request.kind === 'append') return request.batch.bytes.length
  return request.kind === 'putSnapshotChunk' ? request.bytes.length : 0
}

if (parentPort !== null) {
  const options: ResolvedSqliteStorage = workerData
  const worker = new StorageWorker(parentPort, options)
  parentPort.on('message', (request: Request) => worker.onRequest(request))
}
