import type { Duplex } from 'node:stream'
import type { Clock } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { webSocketFrame, webSocketFrameMax } from '@synod/wire'
import type { WebSocket } from 'ws'
import type { Counters } from './counters.ts'
import { Pings } from './pings.ts'
import type { ConnectionKey } from './preference.ts'

/** WebSocket close codes that we send. */
export const closeCode = { stopping: 1001, unsupported: 1003, disconnected: 4000, redundant: 4001, unauthorized: 4002 } as const

/** What a connection reports and by which limits it lives. */
export interface ConnectionOptions {
  readonly clock: Clock
  readonly counters: Counters
  readonly pingIntervalMs: number
  readonly suspicionTimeoutMs: number
  onFrame(frame: Uint8Array): void
  /** A round trip was measured; `first` ones replace what was known, later ones are smoothed into it. */
  onRoundTrip(micros: number, first: boolean): void
  /** Called once, never synchronously inside a call of ours. */
  onGone(connection: Connection, reason: string): void
  /** Everything that was waiting in the socket has left. */
  onDrain(): void
}

/** One authenticated WebSocket to one peer, in both directions. */
export class Connection implements ConnectionKey {
  readonly peer: NodeId
  readonly incarnation: number
  readonly generation: number
  readonly dialer: NodeId
  readonly openedAt: number
  readonly #ws: WebSocket
  readonly #socket: Duplex
  readonly #options: ConnectionOptions
  readonly #pings: Pings
  #reason = 'the peer closed it'
  #muted = false

  constructor(link: { ws: WebSocket; socket: Duplex; peer: NodeId; key: ConnectionKey }, options: ConnectionOptions) {
    this.peer = link.peer
    this.incarnation = link.key.incarnation
    this.generation = link.key.generation
    this.dialer = link.key.dialer
    this.openedAt = options.clock.now()
    this.#ws = link.ws
    this.#socket = link.socket
    this.#options = options
    this.#pings = new Pings({
      clock: options.clock,
      intervalMicros: options.pingIntervalMs * 1000,
      timeoutMicros: options.suspicionTimeoutMs * 1000,
      send: (payload) => this.#ws.ping(payload),
      onRoundTrip: (micros, first) => options.onRoundTrip(micros, first),
      onUnanswered: () => this.destroy(`a ping was not answered within ${options.suspicionTimeoutMs} ms`),
    })
    this.#listen()
    this.#pings.start()
  }

  /** Bytes that are handed over but have not left this process. */
  get bufferedBytes(): number {
    return this.#ws.bufferedAmount
  }

  /** Above this many buffered bytes the socket is sure to report when it has drained. */
  get drainBytes(): number {
    return Math.max(64 * 1024, this.#socket.writableHighWaterMark)
  }

  send(frame: Uint8Array): void {
    if (frame.length > webSocketFrameMax || this.#ws.readyState !== this.#ws.OPEN) this.#ws.send(frame, ignoreError)
    else this.#socket.write(webSocketFrame(frame, this.dialer !== this.peer), ignoreError)
  }

  /** Finds out now, not at the next interval, whether the peer is still there. */
  probe(): void {
    this.#pings.probe()
  }

  /** Closes in order: what was sent before still arrives, and so does what is on its way here. */
  finish(code: number, reason: string): void {
    this.#reason = reason
    this.#pings.stop()
    this.#ws.close(code, reason.slice(0, 100))
  }

  /** Closes in order, and delivers nothing more: what this connection carries is not to be trusted, or its owner is gone. */
  abandon(code: number, reason: string): void {
    this.#muted = true
    this.finish(code, reason)
  }

  /** Closes without waiting for the other side, and delivers nothing more. */
  destroy(reason: string): void {
    this.#muted = true
    this.#reason = reason
    this.#pings.stop()
    this.#ws.terminate()
  }

  #listen(): void {
    const { counters } = this.#options
    this.#ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (this.#muted) return
      if (!isBinary) {
        counters.rejected('SYNOD_BAD_FRAME')
        this.abandon(closeCode.unsupported, 'a text frame arrived')
        return
      }
      counters.framesReceived += 1
      counters.bytesReceived += data.length
      this.#options.onFrame(data)
    })
    this.#ws.on('pong', (payload: Buffer) => this.#pings.answered(payload))
    this.#ws.on('error', (error: Error & { code?: string }) => {
      this.#reason = error.message
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') counters.rejected('SYNOD_TOO_LARGE')
      else if (error.code?.startsWith('WS_ERR_') === true) counters.rejected('SYNOD_BAD_FRAME')
    })
    this.#socket.on('drain', () => this.#options.onDrain())
    this.#ws.on('close', () => {
      this.#pings.stop()
      this.#options.onGone(this, this.#reason)
    })
  }
}

/** A failed write is followed by `close`, which is where it is handled. */
function ignoreError(): void {}
