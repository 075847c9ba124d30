import type { Duplex } from 'node:stream'
import type { Cancel, SynodError, TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { WebSocket } from 'ws'
import { BackOff } from './back-off.ts'
import { dial } from './dial.ts'
import type { Hello } from './hello.ts'
import type { ConnectionKey } from './preference.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** What `Redial` asks and tells the peer that it dials for. */
export interface RedialOptions {
  readonly id: NodeId
  readonly url: string
  readonly options: ResolvedOptions
  identity(): TransportIdentity
  /** False while a connection is open, or for good when stopped. */
  isNeeded(): boolean
  /** The peer's incarnation that we know and the greatest generation with it. */
  lastKey(): { readonly incarnation: number; readonly generation: number }
  onOpened(ws: WebSocket, socket: Duplex, key: ConnectionKey): void
  onRefused(): void
  onRejected(error: SynodError): void
}

/** Dials one peer, one try at a time, for as long as it is needed. Its back-off is its own: a dead peer delays no other. */
export class Redial {
  readonly #context: RedialOptions
  readonly #backOff: BackOff
  #url: string
  #cancelDial: Cancel | null = null
  #cancelRetry: Cancel | null = null

  constructor(context: RedialOptions) {
    this.#context = context
    this.#url = context.url
    const { reconnectMinMs, reconnectMaxMs, random } = context.options
    this.#backOff = new BackOff({ minMs: reconnectMinMs, maxMs: reconnectMaxMs, random })
  }

  /** Tries now, unless a try is under way. */
  now(): void {
    if (this.#cancelDial !== null || !this.#context.isNeeded()) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#dial()
  }

  /** A connection is open, whoever made it. A try that is under way goes on: both ends must see the same two connections. */
  opened(): void {
    this.#backOff.opened()
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  /** The connection is gone, after so long. Tries at once unless it was short, and so was the one before. */
  closed(livedMicros: number): void {
    this.#backOff.closed(livedMicros)
    this.#again()
  }

  /** We ended the connection ourselves. Tries again with back-off. */
  disconnected(): void {
    this.#backOff.distrusted()
    this.#again()
  }

  moveTo(url: string): void {
    if (url === this.#url) return
    this.#url = url
    this.#backOff.reset()
    this.#cancelDial?.()
    this.#cancelDial = null
    this.now()
  }

  stop(): void {
    this.#cancelRetry?.()
    this.#cancelDial?.()
  }

  #again(): void {
    const delay = this.#backOff.delay()
    if (delay === 0) this.now()
    else if (this.#cancelDial === null) this.#retryIn(delay)
  }

  #dial(): void {
    const { id, options, identity, lastKey, onOpened, onRefused, onRejected } = this.#context
    const self = identity()
    const last = lastKey()
    const hello: Hello = {
      clusterName: self.clusterName,
      clusterId: self.clusterId,
      from: self.id,
      to: id,
      incarnation: self.incarnation,
      generation: last.generation + 1,
      knownIncarnation: last.incarnation,
      nonce: Buffer.from(options.random.bytes(16)).toString('hex'),
    }
    this.#cancelDial = dial(
      { url: this.#url, hello, self, options },
      {
        opened: (ws, socket, answer) => {
          this.#cancelDial = null
          const generation = answer.incarnation === hello.knownIncarnation ? hello.generation : 1
          onOpened(ws, socket, { incarnation: answer.incarnation, generation, dialer: self.id })
        },
        refused: () => {
          this.#failed('nobody listens there')
          onRefused()
        },
        rejected: (error) => {
          this.#retryIn(this.#backOff.longest())
          onRejected(error)
        },
        redundant: () => this.#retryIn(this.#backOff.longest()),
        failed: (reason) => this.#failed(reason),
      },
    )
  }

  #failed(reason: string): void {
    const { options, id } = this.#context
    options.logger?.debug({ peer: id, url: this.#url, reason }, 'a peer could not be reached')
    this.#backOff.failed()
    this.#retryIn(this.#backOff.delay())
  }

  #retryIn(micros: number): void {
    this.#cancelDial = null
    if (!this.#context.isNeeded()) return
    const { clock } = this.#context.options
    this.#cancelRetry?.()
    this.#cancelRetry = clock.setTimer(clock.now() + micros, () => this.now())
  }
}
