import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import type { Watch, WatchEvent, WatchMode, WatchOptions, Zxid } from '@synod/interface/coordination'
import { Queue } from './calls.ts'

/** What a watch asks of the keeper of all watches. */
export interface WatchOwner {
  /** It is over: the server need not report any more. */
  forget(watch: ClientWatch): void
}

type Waiter = { readonly resolve: (result: IteratorResult<WatchEvent>) => void; readonly reject: (error: unknown) => void }

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** One watch of the application: the place in the stream of changes, and the changes it has not taken yet. */
export class ClientWatch implements Watch {
  readonly path: string
  readonly mode: WatchMode
  readonly ready: Promise<void>
  /** Everything up to here has been taken over; −1: from the moment a server sets it. */
  cursor: number
  /** The id under which a server was asked; 0 while none was. */
  watchId = 0
  /** Not to be asked for before; after a refusal. */
  notBefore = 0
  /** The history was gone on every server: the next `watching` is told as `compacted`. */
  lost = false
  /** Servers, by endpoint, that have no history back to `cursor`. */
  readonly compactedAt: Set<string> = new Set()
  readonly #owner: WatchOwner
  readonly #bufferMax: number
  readonly #signal: AbortSignal | undefined
  readonly #events = new Queue<WatchEvent>()
  readonly #waiters = new Queue<Waiter>()
  #setReady: () => void = () => {}
  #failReady: (error: unknown) => void = () => {}
  #over = false
  #failure: { readonly error: unknown } | null = null

  constructor(owner: WatchOwner, path: string, options: WatchOptions) {
    this.#owner = owner
    this.path = path
    this.mode = options.mode ?? 'data'
    this.cursor = options.from?.index ?? -1
    this.#bufferMax = options.bufferMax ?? 10_000
    this.#signal = options.signal
    this.ready = new Promise((resolve, reject) => {
      this.#setReady = resolve
      this.#failReady = reject
    })
    // Nobody has to look at `ready`; the loop over the watch tells the same.
    this.ready.catch(() => {})
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get isOver(): boolean {
    return this.#over
  }

  /**
   * A server has set it; `zxid` is where it begins. Where the history was gone that may be behind what was taken over: then this server tells
   * of everything after that, and nothing is missing.
   */
  onWatching(zxid: Zxid): void {
    const gap = this.lost && zxid.index > this.cursor
    this.lost = false
    if (gap || this.cursor < 0) this.cursor = zxid.index
    if (gap) this.#push({ type: 'compacted', path: this.path, zxid })
    this.#setReady()
  }

  /** All changes of one position; what was taken over before the connection changed is not taken twice. */
  onEvents(message: ServerMessage & { type: 'events' }): void {
    if (message.zxid.index <= this.cursor) return
    this.cursor = message.zxid.index
    for (const event of message.events) this.#push(event)
  }

  /** Ends with an error after the changes that were taken over; those are dropped when `now` is set. */
  fail(error: unknown, now: boolean = false): void {
    if (this.#over) return
    if (now) this.#events.drain()
    this.#failure = { error }
    this.#finish()
    this.#failReady(error)
    const waiter = this.#waiters.shift()
    if (waiter !== undefined) {
      this.#failure = null
      waiter.reject(error)
    }
    for (const rest of this.#waiters.drain()) rest.resolve(over)
  }

  close(): Promise<void> {
    if (this.#over) {
      this.#failure = null
      this.#events.drain()
      return Promise.resolve()
    }
    this.#finish()
    this.#events.drain()
    this.#failReady(new SynodError('SYNOD_STOPPED', `The watch of ${this.path} was closed before a server had set it`))
    for (const waiter of this.#waiters.drain()) waiter.resolve(over)
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this.close()
        return over
      },
    }
  }

  #next(): Promise<IteratorResult<WatchEvent>> {
    const event = this.#events.shift()
    if (event !== undefined) return Promise.resolve({ done: false, value: event })
    if (this.#failure !== null) {
      const { error } = this.#failure
      this.#failure = null
      return Promise.reject(error as Error)
    }
    if (this.#over) return Promise.resolve(over)
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  #push(event: WatchEvent): void {
    if (this.#over) return
    const waiter = this.#waiters.shift()
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: event })
      return
    }
    if (this.#events.length >= this.#bufferMax) {
      const message = `The watch of ${this.path} holds ${this.#bufferMax} changes (bufferMax) that were not taken. Read the state anew and watch again.`
      this.fail(new SynodError('SYNOD_SLOW_CONSUMER', message), true)
      return
    }
    this.#events.push(event)
  }

  readonly #onAbort = (): void => {
    this.fail(this.#signal?.reason, true)
  }

  #finish(): void {
    this.#over = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#owner.forget(this)
  }
}
