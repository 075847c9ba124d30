import type {
  Children,
  CoordinationClient,
  Created,
  CreateOptions,
  ListOptions,
  MultiOperation,
  MultiResult,
  NodeData,
  ReadOptions,
  Session,
  Stat,
  VersionOptions,
  Watch,
  WatchEvent,
  WatchOptions,
} from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import type { FakeOperation, FakeService } from './fake-service.ts'
import { childrenOf, statOf, zxid } from './fake-service.ts'

/** What becomes of a write whose caller is told that nobody knows: executed, dropped, or executed only after the error came. */
export type UnknownOutcome = 'applied' | 'dropped' | 'late'

export interface FakeClientOptions {
  /** Time that a message takes. Default: one turn of the microtask queue. */
  readonly travel?: (label: string) => Promise<void>
  /** By how many entries the server may be behind for `session` reads. Default 0. */
  readonly lag?: () => number
}

class FakeSession implements Session {
  readonly id: number
  readonly timeoutMs = 10_000
  readonly deadline = 10_000_000
  readonly #controller = new AbortController()
  #held = true

  constructor(id: number) {
    this.id = id
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get held(): boolean {
    return this.#held && !this.signal.aborted
  }

  /** The deadline passes, while a stalled event loop delays the signal. */
  stall(): void {
    this.#held = false
  }

  end(): void {
    this.#held = false
    this.#controller.abort(new SynodError('SYNOD_SESSION_EXPIRED', 'no ping was answered in time'))
  }
}

/** A client of the fake service, with everything that can go wrong at the call of a test. */
export class FakeClient implements CoordinationClient {
  readonly session: FakeSession
  readonly #service: FakeService
  readonly #travel: (label: string) => Promise<void>
  readonly #lag: () => number
  readonly #unknown: { readonly call: string; readonly outcome: UnknownOutcome }[] = []
  readonly #closed = new AbortController()
  #seen = 0
  #writes: Promise<unknown> = Promise.resolve()

  constructor(service: FakeService, options: FakeClientOptions = {}) {
    this.#service = service
    this.session = new FakeSession(service.openSession())
    this.#travel = options.travel ?? (() => Promise.resolve())
    this.#lag = options.lag ?? (() => 0)
  }

  /** The next call of that name rejects with `SYNOD_OUTCOME_UNKNOWN`. */
  failNext(call: FakeOperation['op'], outcome: UnknownOutcome): void {
    this.#unknown.push({ call, outcome })
  }

  /** The client's deadline passes; the servers expire the session whenever the test says so. */
  loseSession(): void {
    this.session.end()
  }

  create(path: string, data: Uint8Array, options: CreateOptions = {}): Promise<Created> {
    const { ephemeral = false, sequential = false, parents = false } = options
    return this.#write({ op: 'create', path, data, ephemeral, sequential, parents })
  }

  async set(path: string, data: Uint8Array, options: VersionOptions = {}): Promise<Stat> {
    return (await this.#write({ op: 'set', path, data, version: options.version })).stat
  }

  async delete(path: string, options: VersionOptions = {}): Promise<void> {
    await this.#write({ op: 'delete', path, version: options.version })
  }

  async multi(operations: readonly MultiOperation[]): Promise<readonly MultiResult[]> {
    const [operation] = operations
    if (operations.length !== 1 || operation?.op !== 'check') throw new Error('the fake knows only a single check')
    await this.#write({ op: 'check', path: operation.path })
    return [{ op: 'check' }]
  }

  get(path: string, options: ReadOptions = {}): Promise<NodeData> {
    return this.#read(`get ${path}`, options, (nodes, index) => {
      const stat = statOf(nodes, path)
      return { data: nodes.get(path)?.data ?? new Uint8Array(0), stat, zxid: zxid(index) }
    })
  }

  exists(path: string, options: ReadOptions = {}): Promise<Stat | null> {
    return this.#read(`exists ${path}`, options, (nodes) => (nodes.has(path) ? statOf(nodes, path) : null))
  }

  list(path: string, options: ListOptions = {}): Promise<Children> {
    const { after = '', limit = 1000 } = options
    return this.#read(`list ${path}`, options, (nodes, index) => {
      const stat = statOf(nodes, path)
      const names = (childrenOf(nodes, path) ?? []).filter((name) => name > after)
      return { names: names.slice(0, limit), stat, more: names.length > limit, zxid: zxid(index) }
    })
  }

  watch(path: string, options: WatchOptions = {}): Watch {
    this.#service.counts.watches += 1
    return new FakeWatch(this.#service, path, { ...options, travel: this.#travel, closed: this.#closed.signal })
  }

  close(): Promise<void> {
    this.session.end()
    this.#closed.abort()
    this.#service.expire(this.session.id)
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #write(operation: FakeOperation): Promise<Created> {
    this.#service.counts.writes += 1
    const fault = this.#unknown.findIndex(({ call }) => call === operation.op)
    const outcome = fault === -1 ? null : this.#unknown.splice(fault, 1)[0]?.outcome
    const unknown = new SynodError('SYNOD_OUTCOME_UNKNOWN', 'the connection was lost')
    if (outcome === 'dropped') return Promise.reject(unknown)
    const executed = this.#writes.then(async () => {
      await this.#travel(`${operation.op} ${operation.path}`)
      return this.#service.apply(this.session.id, operation)
    })
    this.#writes = executed.catch(() => undefined)
    if (outcome === 'late') return Promise.reject(unknown)
    return executed.then(async (created) => {
      const index = this.#service.index
      await this.#travel(`answer to ${operation.op} ${operation.path}`)
      if (outcome === 'applied') throw unknown
      this.#saw(index)
      return created
    })
  }

  async #read<T>(label: string, options: ReadOptions, answer: (nodes: ReturnType<FakeService['nodesAt']>, index: number) => T): Promise<T> {
    this.#service.counts.reads += 1
    await this.#travel(label)
    const newest = this.#service.index
    const index = options.consistency === 'session' ? Math.max(this.#seen, newest - this.#lag()) : newest
    const value = answer(this.#service.nodesAt(index), index)
    await this.#travel(`answer to ${label}`)
    this.#saw(index)
    return value
  }

  #saw(index: number): void {
    this.#seen = Math.max(this.#seen, index)
  }
}

interface FakeWatchOptions extends WatchOptions {
  readonly travel: (label: string) => Promise<void>
  readonly closed: AbortSignal
}

class FakeWatch implements Watch {
  readonly ready: Promise<void>
  readonly #service: FakeService
  readonly #path: string
  readonly #options: FakeWatchOptions
  #cursor: number | null
  #position = 0
  #over = false
  #wake: () => void = () => undefined

  constructor(service: FakeService, path: string, options: FakeWatchOptions) {
    this.#service = service
    this.#path = path
    this.#options = options
    this.#cursor = options.from?.index ?? null
    this.ready = options.travel(`watch ${path}`).then(() => {
      this.#cursor ??= service.index
    })
    options.signal?.addEventListener('abort', () => this.#end(), { once: true })
    options.closed.addEventListener('abort', () => this.#end(), { once: true })
    if (options.signal?.aborted === true || options.closed.aborted) this.#over = true
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent> {
    return {
      next: () => this.#next(),
      return: () => {
        this.#end()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  close(): Promise<void> {
    this.#end()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #next(): Promise<IteratorResult<WatchEvent>> {
    await this.ready
    while (!this.#over) {
      const event = this.#service.events[this.#position]
      if (event === undefined) {
        await Promise.race([this.#service.changed(), new Promise<void>((resolve) => (this.#wake = resolve))])
        continue
      }
      this.#position += 1
      if (event.zxid.index <= (this.#cursor ?? 0) || !this.#matches(event)) continue
      this.#service.counts.events += 1
      await this.#options.travel(`${event.type} ${event.path}`)
      return { done: false, value: event }
    }
    this.#options.signal?.throwIfAborted()
    return { done: true, value: undefined }
  }

  #matches(event: WatchEvent): boolean {
    const mode = this.#options.mode ?? 'data'
    if (mode === 'recursive') return event.path === this.#path || event.path.startsWith(`${this.#path}/`)
    return event.path === this.#path && (event.type === 'children') === (mode === 'children')
  }

  #end(): void {
    this.#over = true
    this.#wake()
  }
}
