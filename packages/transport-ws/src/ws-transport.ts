import {
  SynodError,
  type Lane,
  type Transport,
  type TransportHandlers,
  type TransportIdentity,
  type TransportStats,
} from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { Counters } from './counters.ts'
import type { Hello } from './hello.ts'
import { judgeHello } from './judge.ts'
import { Listener } from './listener.ts'
import type { WsTransportOptions } from './options.ts'
import { addressIssues, peerAddresses } from './peer-addresses.ts'
import { Peer, type PeerContext } from './peer.ts'
import { refusalError, type Refusal } from './refusal.ts'
import { RejectionReports } from './rejection-reports.ts'
import { resolveOptions, throwIssues, type ResolvedOptions } from './resolve-options.ts'

/** A `Transport` over WebSocket. Used for one life: what was stopped is not started again. */
export interface WsTransport extends Transport {
  /** Where it listens, with the port that the system chose for 0. Throws `SYNOD_STOPPED` while it does not listen. */
  address(): { readonly host: string; readonly port: number }
  /**
   * Replaces the addresses, this server's included. A peer that is new is dialed at once, one that is missing is disconnected, one
   * that moved keeps an open connection until it closes. Throws `SYNOD_INVALID_CONFIG` with every issue and then changes nothing.
   */
  setPeers(peers: Readonly<Record<NodeId, string>>): void
}

type Phase =
  | { readonly name: 'new' }
  | { readonly name: 'running'; readonly context: PeerContext; readonly listener: Listener }
  | { readonly name: 'stopped'; readonly done: Promise<void> }

/** Ties listener and peers together. */
export class WebSocketTransport implements WsTransport {
  readonly #options: ResolvedOptions
  readonly #counters = new Counters()
  readonly #peers = new Map<NodeId, Peer>()
  #addresses: ReadonlyMap<NodeId, string>
  #phase: Phase = { name: 'new' }
  #listening = false

  constructor(options: WsTransportOptions) {
    this.#options = resolveOptions(options)
    this.#addresses = this.#options.peers
  }

  async start(identity: () => TransportIdentity, handlers: TransportHandlers): Promise<void> {
    if (this.#phase.name !== 'new') throw new SynodError('SYNOD_STOPPED', 'this transport was started before: make another one')
    const own = identity().id
    if (own !== this.#options.id) {
      throwIssues([{ path: 'id', message: `(${this.#options.id}) is not the id of the server that starts it (${own})` }])
    }
    const reports = new RejectionReports(this.#options.clock, (peer, error) => {
      this.#options.logger?.warn({ peer, code: error.code }, error.message)
      handlers.onRejected(peer, error)
    })
    const context: PeerContext = { options: this.#options, counters: this.#counters, handlers, reports, identity }
    const listener = new Listener({
      options: this.#options,
      identity,
      judge: (hello) => this.#judge(hello, identity()),
      onRefusal: (from, refusal) => this.#turnedAway(from, refusal, reports),
      onUnconfirmed: (hello) => this.#peers.get(hello.from)?.unconfirmed(hello),
      onAccepted: (ws, socket, hello) => {
        const peer = this.#peers.get(hello.from)
        if (peer === undefined) ws.terminate()
        else peer.accept(ws, socket, hello)
      },
    })
    this.#phase = { name: 'running', context, listener }
    try {
      await listener.listen()
    } catch (error) {
      this.#phase = { name: 'stopped', done: Promise.resolve() }
      throw error
    }
    if (this.#isStopped()) {
      await listener.close()
      throw new SynodError('SYNOD_STOPPED', 'this transport was stopped while it started')
    }
    this.#listening = true
    this.#connectAll()
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane): void {
    const peer = this.#peers.get(to)
    if (peer === undefined) this.#counters.framesDropped += 1
    else peer.send(frame, lane)
  }

  disconnect(peer: NodeId, reason: string): void {
    if (this.#peers.get(peer)?.disconnect(reason) === true) this.#counters.rejected('SYNOD_BAD_FRAME')
  }

  roundTripMicros(peer: NodeId): number {
    return this.#peers.get(peer)?.roundTripMicros ?? 0
  }

  stats(): TransportStats {
    return this.#counters.stats()
  }

  address(): { readonly host: string; readonly port: number } {
    if (this.#phase.name !== 'running' || !this.#listening) throw new SynodError('SYNOD_STOPPED', 'the transport does not listen')
    return this.#phase.listener.address()
  }

  setPeers(peers: Readonly<Record<NodeId, string>>): void {
    throwIssues(addressIssues(this.#options.id, peers, this.#options.tls !== null))
    this.#addresses = peerAddresses(peers)
    if (this.#listening && !this.#isStopped()) this.#connectAll()
  }

  stop(): Promise<void> {
    if (this.#phase.name === 'stopped') return this.#phase.done
    const done = this.#phase.name === 'new' ? Promise.resolve() : this.#close(this.#phase.listener)
    this.#phase = { name: 'stopped', done }
    return done
  }

  async #close(listener: Listener): Promise<void> {
    const { clock, closeTimeoutMs } = this.#options
    listener.refuseNew()
    let cancel = (): void => {}
    const patience = new Promise<void>((resolve) => {
      cancel = clock.setTimer(clock.now() + closeTimeoutMs * 1000, resolve)
    })
    const peers = [...this.#peers.values()]
    this.#peers.clear()
    await Promise.race([patience, Promise.all(peers.map((peer) => peer.stop()))])
    cancel()
    for (const peer of peers) peer.destroy()
    await listener.close()
  }

  #connectAll(): void {
    if (this.#phase.name !== 'running') return
    for (const [id, peer] of this.#peers) if (!this.#addresses.has(id)) this.#remove(id, peer)
    for (const [id, url] of this.#addresses) {
      if (id === this.#options.id) continue
      const known = this.#peers.get(id)
      if (known !== undefined) {
        known.moveTo(url)
        continue
      }
      const peer = new Peer(id, url, this.#phase.context)
      this.#peers.set(id, peer)
      peer.connect()
    }
  }

  #remove(id: NodeId, peer: Peer): void {
    this.#peers.delete(id)
    peer.disconnect('it is no longer among the peers')
    this.#options.clock.defer(() => void peer.stop())
  }

  #judge(hello: Hello, self: TransportIdentity): Refusal | null {
    const refusal = judgeHello(hello, self, this.#addresses)
    if (refusal !== null) return refusal
    const peer = this.#peers.get(hello.from)
    return peer === undefined ? { code: 'SYNOD_STOPPED', message: 'this server is starting or stopping' } : peer.judge(hello)
  }

  #turnedAway(from: NodeId | null, refusal: Refusal, reports: RejectionReports): void {
    if (refusal.code === 'REDUNDANT' || refusal.code === 'SYNOD_STOPPED' || this.#isStopped()) return
    this.#counters.rejected(refusal.code)
    const peer = from !== null && this.#addresses.has(from) ? from : null
    const who = from === null ? 'a stranger' : `a caller that says it is server ${from}`
    reports.report(peer, refusalError(refusal.code, `turned ${who} away: ${refusal.message}`))
  }

  #isStopped(): boolean {
    return this.#phase.name === 'stopped'
  }
}
