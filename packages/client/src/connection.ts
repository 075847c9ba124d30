import { decodeServerMessages, encodeClientMessages } from '@synod/wire'
import type { ClientMessage, ServerAddress, ServerMessage } from '@synod/wire'
import type { ClientLink, Clock, Dialer } from '@synod/interface'
import type { ReadCall, WriteCall } from './calls.ts'

/** What waits for an answer on a connection, besides watches. */
export type Request =
  | WriteCall
  | ReadCall
  | { readonly kind: 'open' }
  | { readonly kind: 'attach' }
  | { readonly kind: 'ping'; readonly sentAt: number }
  | { readonly kind: 'probe'; readonly sentAt: number }

export interface ConnectionHandlers {
  onWelcome(connection: Connection): void
  onMessage(connection: Connection, message: ServerMessage): void
  /** After all messages of one frame. */
  onFrameEnd(connection: Connection): void
  /** Once; not after `drop`. */
  onClosed(connection: Connection, error: Error | null): void
}

export interface ConnectionOptions {
  readonly endpoint: string
  readonly dialer: Dialer
  readonly clock: Clock
  readonly handlers: ConnectionHandlers
}

/** A frame is cut when its messages exceed this; a single message may be longer. */
const frameBytesGoal = 512 * 1024

/** One connection to one server, from the dial to its end. */
export class Connection {
  readonly endpoint: string
  readonly dialedAt: number
  readonly requests: Map<number, Request> = new Map()
  serverId = 0
  leader = 0
  epoch = 0
  welcomed = false
  closed = false
  /** Since when the server has said that it knows no leader; Infinity while it does. */
  leaderlessSince: number = Infinity
  lastArrival = 0
  /** When the sign of life was asked for that has not been answered; 0 for none. */
  probedAt = 0
  /** Since when requests have been outstanding without a break. */
  busySince = 0
  /** When it became the client's connection. */
  adoptedAt = 0
  /** Round trip in microseconds: of the dial at first, then of signs of life, leaning to the short ones. */
  roundTrip = 0
  /** What the server last said of the cluster's servers. */
  servers: readonly ServerAddress[] = []
  readonly #clock: Clock
  readonly #handlers: ConnectionHandlers
  readonly #giveUp: () => void
  #link: ClientLink | null = null
  #lastRequestId = 0
  #queue: ClientMessage[] = []
  #queueBytes = 0

  constructor(options: ConnectionOptions) {
    this.endpoint = options.endpoint
    this.#clock = options.clock
    this.#handlers = options.handlers
    this.dialedAt = options.clock.now()
    this.#giveUp = options.dialer.dial(options.endpoint, {
      onOpened: (link) => this.#onOpened(link),
      onFrame: (frame) => this.#onFrame(frame),
      onClosed: (error) => this.#onClosed(error),
    })
  }

  nextRequestId(): number {
    this.#lastRequestId += 1
    return this.#lastRequestId
  }

  /** Queues a message for the next `flush`; `bytes` estimates its size where it is not small. */
  queue(message: ClientMessage, bytes: number = 0): void {
    if (this.#queueBytes + bytes > frameBytesGoal) this.flush()
    this.#queue.push(message)
    this.#queueBytes += bytes
  }

  /** Asks the server for a sign of life. */
  probe(now: number): void {
    const requestId = this.nextRequestId()
    this.requests.set(requestId, { kind: 'probe', sentAt: now })
    this.queue({ type: 'ping', requestId, sessionId: 0 })
  }

  /** Everything queued leaves in one frame. */
  flush(): void {
    const messages = this.#queue
    if (messages.length === 0 || this.#link === null) return
    this.#queue = []
    this.#queueBytes = 0
    this.#link.send(encodeClientMessages(messages))
  }

  /** Ends it without a word to the handlers. */
  drop(reason: string): void {
    if (this.closed) return
    this.closed = true
    this.#queue = []
    if (this.#link === null) this.#giveUp()
    else this.#link.close(reason)
  }

  /** Drops it and tells the handlers. */
  fail(error: Error): void {
    if (this.closed) return
    this.drop(error.message)
    this.#handlers.onClosed(this, error)
  }

  #onOpened(link: ClientLink): void {
    if (this.closed) {
      link.close('not needed any more')
      return
    }
    this.#link = link
  }

  #onFrame(frame: Uint8Array): void {
    if (this.closed) return
    this.lastArrival = this.#clock.now()
    this.probedAt = 0
    const decoded = decodeServerMessages(frame)
    if (!decoded.ok) {
      this.fail(new Error(`a frame of the server could not be read: ${decoded.reason}`))
      return
    }
    for (const message of decoded.value) {
      if (message.type === 'welcome') this.#onWelcome(message)
      else if (message.type === 'pong') this.#notePong(message.requestId)
      if (message.type !== 'welcome') this.#handlers.onMessage(this, message)
      if (this.closed) return
    }
    this.#handlers.onFrameEnd(this)
  }

  #onWelcome(message: ServerMessage & { type: 'welcome' }): void {
    const now = this.lastArrival
    if (!this.welcomed) this.roundTrip = now - this.dialedAt
    this.welcomed = true
    this.serverId = message.serverId
    this.leader = message.leader
    this.epoch = message.epoch
    if (message.leader !== 0) this.leaderlessSince = Infinity
    else if (this.leaderlessSince === Infinity) this.leaderlessSince = now
    this.servers = message.servers
    this.#handlers.onWelcome(this)
  }

  #notePong(requestId: number): void {
    const request = this.requests.get(requestId)
    if (request?.kind !== 'probe') return
    this.requests.delete(requestId)
    const sample = this.lastArrival - request.sentAt
    this.roundTrip = Math.min(sample, Math.round((this.roundTrip + sample) / 2))
  }

  #onClosed(error: Error | null): void {
    if (this.closed) return
    this.closed = true
    this.#handlers.onClosed(this, error)
  }
}
