import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { SynodError } from '@synod/interface'
import { packFailure, toSynodError } from './failure.ts'
import type { Answer, Failure, Request, Response } from './messages.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { Store } from './store.ts'

/** Requests that share a transaction carry at most about this many bytes, so that none waits for a very long one. */
const groupBytesMax = 4 * 1024 * 1024

/** The thread that owns the connection. Requests that have queued up while one transaction ran share the next. */
class StorageWorker {
  readonly #port: MessagePort
  readonly #options: ResolvedSqliteStorage
  #store: Store | null = null
  #failure: Failure | null = null

  constructor(port: MessagePort, options: ResolvedSqliteStorage) {
    this.#port = port
    this.#options = options
  }

  /** Takes the request that woke the thread and all that have arrived behind it. */
  onRequest(first: Request): void {
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
      this.#handle(group)
    }
  }

  #receive(): Request | null {
    const received: { message: Request } | undefined = receiveMessageOnPort(this.#port)
    return received === undefined ? null : received.message
  }

  #handle(group: readonly Request[]): void {
    const [first] = group
    if (first === undefined) return
    if (first.kind === 'open') return this.#reply([this.#open(first)])
    if (first.kind === 'close') return this.#close(first.sealedAs)
    if (first.kind === 'checkpoint') return this.#reply([this.#checkpoint()])
    const began = performance.now()
    const answers = this.#transaction(group)
    if (answers.every((answer) => answer.ok && answer.chunk === undefined)) {
      this.#post({ done: answers.length, tookMs: performance.now() - began }, [])
    } else this.#reply(answers)
  }

  #open(request: Request & { kind: 'open' }): Answer {
    try {
      this.#store = new Store(this.#options, request.owner)
      return { ok: true, store: this.#store.opened, position: this.#store.position }
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
    return Array.from({ length: count }, () => this.#refusal())
  }

  #refusal(): Answer {
    return { ok: false, failure: this.#failure ?? packFailure(new SynodError('SYNOD_STOPPED', 'this store is not open'), false) }
  }

  #close(sealedAs: number): void {
    const failure = this.#letGo(sealedAs)
    this.#reply([failure === null ? { ok: true } : { ok: false, failure }])
    this.#port.close()
  }

  #letGo(sealedAs: number): Failure | null {
    const store = this.#store
    this.#store = null
    if (store === null) return null
    try {
      store.close(this.#failure === null ? sealedAs : 0)
      return null
    } catch (error) {
      // Of a store that failed nothing more is promised; what is durable is so already.
      return this.#failure === null ? packFailure(toSynodError(error, store.path, 'run'), true) : null
    }
  }

  #checkpoint(): Answer {
    if (this.#store !== null && this.#failure === null) {
      try {
        this.#store.checkpoint()
        return { ok: true }
      } catch (error) {
        this.#failure = packFailure(toSynodError(error, this.#store.path, 'run'), true)
      }
    }
    return this.#refusal()
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
  return request !== undefined && !['open', 'close', 'checkpoint'].includes(request.kind)
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
