import { Worker } from 'node:worker_threads'
import { createClient } from '@synod/client'
import type { ClientTuning } from '@synod/client'
import type { Clock, LeadershipStrength, Logger, Random, ReplicaEvents } from '@synod/interface'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { Replica } from '@synod/replica'
import type { NodeStatus, SynodNode } from '../synod-node.ts'
import { errorFromData } from './error-data.ts'
import type { FromThread, Question, StatusData, ToThread } from './messages.ts'
import { Questions } from './questions.ts'
import { threadDialer } from './thread-dialer.ts'

/** What an isolated server shares with the thread that started it. */
export interface IsolatedParts {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger | undefined
}

type Listeners = { readonly [K in keyof ReplicaEvents]: Set<(payload: ReplicaEvents[K]) => void> }

/** A node whose server runs in a worker thread. `status` is at most a tenth of a second old; an event comes with the status of its moment. */
export class IsolatedNode implements SynodNode {
  readonly #worker: Worker
  readonly #parts: IsolatedParts
  readonly #clients: CoordinationClient[] = []
  readonly #questions: Questions = new Questions((message) => this.#tell(message))
  readonly #listeners: Listeners = { 'leader:change': new Set(), 'role:change': new Set(), 'servers:change': new Set(), halt: new Set() }
  readonly #gone: Promise<void>
  #setGone: () => void = () => {}
  #status: NodeStatus
  #isOver = false
  #client: CoordinationClient | null = null
  #closed: Promise<void> | null = null

  constructor(worker: Worker, started: StatusData, parts: IsolatedParts) {
    this.#worker = worker
    this.#parts = parts
    this.#status = statusFromData(started)
    this.#gone = new Promise((resolve) => {
      this.#setGone = resolve
    })
    worker.on('message', (message: FromThread) => this.#onMessage(message))
    worker.on('error', (error) => this.#onLost(error))
    worker.on('exit', () => this.#onLost(null))
  }

  get id(): number {
    return this.#status.id
  }

  get endpoint(): string {
    return this.#status.endpoint
  }

  get replica(): Replica {
    throw new SynodError(
      'SYNOD_NOT_SUPPORTED',
      'the replica of an isolated server is in another thread; use status, on, waitFor and client',
    )
  }

  get client(): CoordinationClient {
    this.#client ??= this.createClient()
    return this.#client
  }

  createClient(tuning: ClientTuning = {}): CoordinationClient {
    const dialer = threadDialer((port) => {
      if (this.#isOver) port.close()
      else this.#worker.postMessage({ type: 'dial', port } satisfies ToThread, [port])
    })
    const { clock, random } = this.#parts
    const client = createClient({ ...tuning, clock, random, dialer, servers: ['thread:'], prefer: 'nearest' })
    this.#clients.push(client)
    return client
  }

  status(): NodeStatus {
    return this.#status
  }

  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => this.#listeners[event].delete(listener)
  }

  async waitFor(strength: LeadershipStrength, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#ask({ what: 'waitFor', strength }, options.signal)
  }

  async ready(options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    return await this.#ask({ what: 'ready' }, options.signal)
  }

  close(options: { readonly graceful?: boolean } = {}): Promise<void> {
    this.#closed ??= this.#close(options.graceful ?? true)
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(graceful: boolean): Promise<void> {
    if (graceful) await Promise.allSettled(this.#clients.map((client) => client.close()))
    this.#tell({ type: 'close', graceful })
    await this.#gone
    if (!graceful) await Promise.allSettled(this.#clients.map((client) => client.close()))
    await this.#worker.terminate()
  }

  #tell(message: ToThread): void {
    if (!this.#isOver) this.#worker.postMessage(message)
  }

  #ask(question: Question, signal: AbortSignal | undefined): Promise<number> {
    if (this.#isOver && signal?.aborted !== true) return Promise.reject(this.#status.halted ?? stopped())
    return this.#questions.ask(question, signal)
  }

  #onMessage(message: FromThread): void {
    switch (message.type) {
      case 'status':
        this.#status = statusFromData(message.status)
        break
      case 'event':
        this.#status = statusFromData(message.status)
        this.#emit(message.event.name, message.event.payload ?? { error: this.#status.halted ?? stopped() })
        break
      case 'answer':
        this.#questions.answer(message.id, message.value, message.error)
        break
      case 'log':
        this.#parts.logger?.[message.level](message.details, message.message)
        break
      case 'closed':
        this.#end(stopped())
        break
      default:
        break
    }
  }

  /** The thread has ended by itself: memory, or a bug. */
  #onLost(cause: Error | null): void {
    if (this.#isOver) return
    const error = new SynodError('SYNOD_STOPPED', 'the thread of this server has ended', { cause })
    this.#status = { ...this.#status, stopped: true, halted: error, leader: null, role: 'looking', strength: 'none' }
    this.#end(error)
    this.#emit('halt', { error })
  }

  #end(error: SynodError): void {
    this.#isOver = true
    this.#questions.end(error)
    this.#setGone()
  }

  #emit(event: keyof ReplicaEvents, payload: unknown): void {
    const listeners: ReadonlySet<unknown> = this.#listeners[event]
    for (const listener of Array.from(listeners)) (listener as (payload: unknown) => void)(payload)
  }
}

function statusFromData({ halted, ...status }: StatusData): NodeStatus {
  return { ...status, halted: halted === null ? null : (errorFromData(halted) as SynodError) }
}

function stopped(): SynodError {
  return new SynodError('SYNOD_STOPPED', 'this server has stopped')
}
