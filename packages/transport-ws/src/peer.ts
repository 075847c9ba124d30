import type { Duplex } from 'node:stream'
import type { Cancel, Lane, SynodError, TransportHandlers, TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { WebSocket } from 'ws'
import { Connection, closeCode } from './connection.ts'
import type { Counters } from './counters.ts'
import type { Hello } from './hello.ts'
import { Outbox } from './outbox.ts'
import { preference, type ConnectionKey } from './preference.ts'
import { Redial } from './redial.ts'
import type { Refusal } from './refusal.ts'
import type { RejectionReports } from './rejection-reports.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** What all peers of a transport share. */
export interface PeerContext {
  readonly options: ResolvedOptions
  readonly counters: Counters
  readonly handlers: TransportHandlers
  readonly reports: RejectionReports
  identity(): TransportIdentity
}

const nothing = (): void => {}

/**
 * Keeps exactly one connection to one peer. Both sides dial when they have none, so nobody waits for the other's back-off; of two
 * that meet, `preference` chooses the same one at both ends.
 */
export class Peer {
  readonly id: NodeId
  readonly #context: PeerContext
  readonly #outbox: Outbox
  readonly #redial: Redial
  #current: Connection | null = null
  /** Connections that are about to close, with what cancels their timer. Nothing is sent on them any more. */
  readonly #leaving = new Map<Connection, Cancel>()
  /** The last incarnation of the peer that we met, and the greatest generation with it. */
  #incarnation = 0
  #generation = 0
  #roundTrip = 0
  #stopped = false
  /** A connection that `disconnect` ended and the owner has not heard of yet. */
  #untold: { readonly connection: Connection; readonly reason: string } | null = null
  #onEmpty: () => void = nothing

  constructor(id: NodeId, url: string, context: PeerContext) {
    this.id = id
    this.#context = context
    const { queueBytesMax, frameBytesMax } = context.options
    this.#outbox = new Outbox({ bytesMax: queueBytesMax, frameBytesMax, counters: context.counters })
    this.#redial = new Redial({
      id,
      url,
      options: context.options,
      identity: context.identity,
      isNeeded: () => this.#current === null && !this.#stopped,
      lastKey: () => ({ incarnation: this.#incarnation, generation: this.#generation }),
      onOpened: (ws, socket, key) => this.#offer(ws, socket, key),
      onRefused: () => context.handlers.onRefused(id),
      onRejected: (error) => this.#rejected(error),
    })
  }

  get roundTripMicros(): number {
    return this.#roundTrip
  }

  /** Starts to dial, unless it is connected or dialing. */
  connect(): void {
    this.#redial.now()
  }

  /** A connection that is open stays; the next try goes to the new address, now if there is none. */
  moveTo(url: string): void {
    this.#redial.moveTo(url)
  }

  send(frame: Uint8Array, lane: Lane): void {
    if (this.#current === null) this.#context.counters.framesDropped += 1
    else this.#outbox.send(this.#current, frame, lane)
  }

  /** False when there is no connection. */
  disconnect(reason: string): boolean {
    const connection = this.#current
    if (connection === null) return false
    this.#current = null
    this.#outbox.clear()
    this.#leaving.set(connection, nothing)
    connection.abandon(closeCode.disconnected, reason)
    this.#untold = { connection, reason }
    this.#context.options.clock.defer(() => this.#tellDisconnected())
    return true
  }

  /** Whether a caller that is known to be this peer may connect, judged before the connection is made. `null`: yes. */
  judge(hello: Hello): Refusal | null {
    const key = this.#keyOf(hello)
    const current = this.#current
    const verdict = current === null ? 'replace' : preference(current, key)
    if (current !== null && (verdict === 'redundant' || verdict === 'stale')) {
      current.probe()
      if (verdict === 'redundant') return { code: 'REDUNDANT', message: 'another connection of this pair is open' }
      return {
        code: 'SYNOD_INVALID_CONFIG',
        message: `server ${this.id} is connected with incarnation ${current.incarnation}, the caller has ${hello.incarnation}: two processes use this id, or an old data directory was put back`,
      }
    }
    return null
  }

  /**
   * A connection that this peer began to make was never confirmed. The peer may take it for open all the same, so ours must get a
   * greater generation. (Not sooner: two that are made at the same time must have the same one.)
   */
  unconfirmed(hello: Hello): void {
    if (this.#current === null || hello.incarnation === this.#incarnation) this.#remember(this.#keyOf(hello))
  }

  /** Takes a connection that this peer made to us. */
  accept(ws: WebSocket, socket: Duplex, hello: Hello): void {
    this.#offer(ws, socket, this.#keyOf(hello))
  }

  /** Closes in order; says nothing more. Resolves when every connection is closed, at the latest after the close timeout. */
  stop(): Promise<void> {
    this.#stopped = true
    this.#redial.stop()
    this.#outbox.clear()
    const current = this.#current
    this.#current = null
    if (current !== null) this.#leaving.set(current, nothing)
    for (const [connection, cancel] of this.#leaving) {
      cancel()
      connection.abandon(closeCode.stopping, 'this server stops')
    }
    return new Promise((resolve) => {
      this.#onEmpty = resolve
      if (this.#leaving.size === 0) resolve()
    })
  }

  /** The end of patience: nothing is left afterwards. */
  destroy(): void {
    for (const connection of this.#leaving.keys()) connection.destroy('this server stops')
  }

  #rejected(error: SynodError): void {
    this.#context.counters.rejected(error.code)
    this.#context.reports.report(this.id, error)
  }

  #keyOf(hello: Hello): ConnectionKey {
    const generation = hello.knownIncarnation === this.#context.identity().incarnation ? hello.generation : 1
    return { incarnation: hello.incarnation, generation, dialer: this.id }
  }

  #remember({ incarnation, generation }: ConnectionKey): void {
    this.#generation = incarnation === this.#incarnation ? Math.max(this.#generation, generation) : generation
    this.#incarnation = incarnation
  }

  /** Decides about a connection that has just been made by either side. */
  #offer(ws: WebSocket, socket: Duplex, key: ConnectionKey): void {
    if (this.#stopped) {
      ws.on('error', nothing)
      ws.terminate()
      return
    }
    this.#tellDisconnected()
    const connection = this.#adopt(ws, socket, key)
    const current = this.#current
    const verdict = current === null ? 'first' : preference(current, connection)
    if (verdict === 'redundant' || verdict === 'stale') {
      this.#retire(connection)
      return
    }
    this.#remember(connection)
    this.#redial.opened()
    if (current !== null && verdict === 'handover') {
      this.#current = connection
      this.#retire(current)
      this.#outbox.pump(connection)
      return
    }
    if (current !== null) this.#replaced(current)
    if (this.#isStopped()) {
      connection.destroy('this server stops')
      return
    }
    this.#current = connection
    this.#context.reports.forget(this.id)
    this.#context.handlers.onOpened(this.id, connection.incarnation)
  }

  #adopt(ws: WebSocket, socket: Duplex, key: ConnectionKey): Connection {
    const { options, counters, handlers } = this.#context
    return new Connection(
      { ws, socket, peer: this.id, key },
      {
        clock: options.clock,
        counters,
        pingIntervalMs: options.pingIntervalMs,
        suspicionTimeoutMs: options.suspicionTimeoutMs,
        onFrame: (frame) => handlers.onFrame(this.id, frame),
        onRoundTrip: (micros, first) => {
          this.#roundTrip = Math.max(1, first ? micros : Math.round((this.#roundTrip * 7 + micros) / 8))
        },
        onDrain: () => {
          if (this.#current !== null) this.#outbox.pump(this.#current)
        },
        onGone: (connection, reason) => this.#gone(connection, reason),
      },
    )
  }

  /**
   * Lets a superfluous connection go without losing what is on it. The side that dialed it closes it: it accepted the one that is
   * kept, which its dialer had open before, so both ends have that one and neither tells its owner that the peer was away.
   */
  #retire(connection: Connection): void {
    const close = (): void => connection.finish(closeCode.redundant, 'another connection of this pair is kept')
    if (connection.dialer === this.#context.options.id) {
      this.#leaving.set(connection, nothing)
      close()
      return
    }
    const { clock, connectTimeoutMs } = this.#context.options
    this.#leaving.set(connection, clock.setTimer(clock.now() + connectTimeoutMs * 1000, close))
  }

  /** The peer made a new connection because the old one is dead in its eyes: frames may have been lost, so the owner hears it. */
  #replaced(old: Connection): void {
    this.#current = null
    this.#outbox.clear()
    this.#leaving.set(old, nothing)
    old.destroy('the peer made a new one')
    this.#context.handlers.onClosed(this.id, old.incarnation)
  }

  #gone(connection: Connection, reason: string): void {
    const cancel = this.#leaving.get(connection)
    if (cancel !== undefined) {
      cancel()
      this.#leaving.delete(connection)
      if (this.#leaving.size === 0) this.#onEmpty()
      return
    }
    if (connection !== this.#current) return
    this.#current = null
    this.#outbox.clear()
    this.#tellClosed(connection, reason)
    this.#redial.closed(this.#context.options.clock.now() - connection.openedAt)
  }

  #tellClosed(connection: Connection, reason: string): void {
    if (this.#stopped) return
    this.#context.options.logger?.debug({ peer: this.id, reason }, 'the connection to a peer is gone')
    this.#context.handlers.onClosed(this.id, connection.incarnation)
  }

  #tellDisconnected(): void {
    if (this.#untold === null) return
    const { connection, reason } = this.#untold
    this.#untold = null
    this.#tellClosed(connection, reason)
    this.#redial.disconnected()
  }

  /** Asked again after a handler ran, which may have stopped us. */
  #isStopped(): boolean {
    return this.#stopped
  }
}
