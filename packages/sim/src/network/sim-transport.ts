import type { Lane, Transport, TransportHandlers, TransportIdentity, TransportStats } from '@synod/interface'
import { SynodError } from '@synod/interface'
import type { Micros, NodeId } from '@synod/interface/protocol'
import type { SimProcess } from '../process/sim-process.ts'
import type { Network } from './network.ts'
import { PeerLink } from './peer-link.ts'

const pingMicros = 1_000_000
const dialTimeoutMicros = 1_000_000
const backOffMinMicros = 10_000
const backOffMaxMicros = 500_000
const queueBytesMax = 8 * 1024 * 1024

/** Finds the running transports by server. */
export interface TransportBook {
  readonly ids: readonly NodeId[]
  running(id: NodeId): SimTransport | null
  /** The machine answers that nobody listens; false when the machine itself is off. */
  answers(id: NodeId): boolean
  /** A server has handed a frame to its transport. */
  onSend(from: NodeId, to: NodeId, frame: Uint8Array): void
  /** A server is about to be handed a frame. */
  onReceive(at: NodeId, frame: Uint8Array): void
}

interface Dialing {
  tries: number
  pending: boolean
}

/**
 * `Transport` of one life of a server: one connection per pair, dialled by both, redialled with back-off, pinged, with everything that
 * can go wrong with it. It behaves as `@synod/transport-ws` does.
 */
export class SimTransport implements Transport {
  readonly id: NodeId
  readonly name: string
  readonly process: SimProcess
  readonly #network: Network
  readonly #book: TransportBook
  readonly #links: Map<NodeId, PeerLink> = new Map()
  readonly #dialing: Map<NodeId, Dialing> = new Map()
  readonly #generations: Map<NodeId, number> = new Map()
  readonly #incarnations: Map<NodeId, number> = new Map()
  readonly #pings: Map<PeerLink, Micros> = new Map()
  readonly #heard: Map<NodeId, number> = new Map()
  #identity: (() => TransportIdentity) | null = null
  #handlers: TransportHandlers | null = null
  readonly #count = { framesSent: 0, framesReceived: 0, framesDropped: 0, bytesSent: 0, bytesReceived: 0 }

  constructor(id: NodeId, parts: { readonly process: SimProcess; readonly network: Network; readonly book: TransportBook }) {
    this.id = id
    this.name = String(id)
    this.process = parts.process
    this.#network = parts.network
    this.#book = parts.book
  }

  get isListening(): boolean {
    return this.#handlers !== null && this.process.isAlive
  }

  start(identity: () => TransportIdentity, handlers: TransportHandlers): Promise<void> {
    return new Promise((resolve) => {
      this.process.post(50, () => {
        this.#identity = identity
        this.#handlers = handlers
        for (const peer of this.#book.ids) if (peer !== this.id) this.#dial(peer)
        resolve()
      })
    })
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane): void {
    this.process.effect(() => {
      this.#send(to, frame, lane)
    })
  }

  disconnect(peer: NodeId, reason: string): void {
    this.process.effect(() => {
      const link = this.#links.get(peer)
      this.#network.world.note(this.name, `disconnects ${peer}: ${reason}`)
      if (link !== undefined) this.#end(link, peer)
    })
  }

  roundTripMicros(peer: NodeId): Micros {
    const name = String(peer)
    return this.#network.edge(this.name, name).meanMicros + this.#network.edge(name, this.name).meanMicros
  }

  stats(): TransportStats {
    return { ...this.#count, rejected: {} }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#handlers = null
      this.vanish(true)
      this.process.post(50, resolve)
    })
  }

  /** The process has ended. `tells`: its machine closes the connections; false: the machine is off, nobody is told. */
  vanish(tells: boolean): void {
    for (const [peer, link] of this.#links) {
      if (tells)
        link.signal(this.id, (other) => {
          other.endedByPeer(link, this.id)
        })
      link.closeEnd(this.id)
      this.#links.delete(peer)
    }
  }

  identity(): TransportIdentity | null {
    return this.#identity?.() ?? null
  }

  /** A frame arrives at this machine. */
  receive(link: PeerLink, from: NodeId, frame: Uint8Array): void {
    if (this.#links.get(from) !== link && !this.process.hasMoved && (this.process.isAlive || this.#book.answers(this.id))) this.#reset(link)
    this.process.run(() => {
      if (this.#links.get(from) !== link) return
      this.#heard.set(from, link.incarnation(from))
      this.#count.framesReceived += 1
      this.#count.bytesReceived += frame.length
      if (this.#handlers === null) return
      this.#book.onReceive(this.id, frame)
      this.#handlers.onFrame(from, frame)
    })
  }

  /** A frame of an older connection, or of another life of either end, arrives only now, or again. */
  receiveStale(from: NodeId, frame: Uint8Array): void {
    this.process.run(() => {
      if (this.#handlers === null) return
      this.#book.onReceive(this.id, frame)
      this.#handlers.onFrame(from, frame)
    })
  }

  /** The incarnation of a peer that this life has last heard a frame of; 0: none. */
  heard(peer: NodeId): number {
    return this.#heard.get(peer) ?? 0
  }

  /** The other end has closed this connection, or does not know it any more. */
  endedByPeer(link: PeerLink, peer: NodeId): void {
    this.process.run(() => {
      if (this.#links.get(peer) === link) this.#lost(link, peer)
      else link.isOver = true
    })
  }

  /** Somebody dials this server. True: the connection is there. */
  accept(link: PeerLink, from: NodeId): boolean {
    if (this.#handlers === null) return false
    const mine = this.identity()
    const theirs = link.other(this.id).identity()
    if (mine === null || theirs === null) return false
    if (
      mine.clusterName !== theirs.clusterName ||
      (mine.clusterId !== theirs.clusterId && mine.clusterId !== '' && theirs.clusterId !== '')
    ) {
      this.#handlers.onRejected(from, new SynodError('SYNOD_CLUSTER_MISMATCH', `server ${from} belongs to another cluster`))
      return false
    }
    return this.#adopt(link, from)
  }

  /** The connection to a peer breaks, as by a RST; both ends learn of it. */
  breakLink(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link !== undefined)
      this.process.run(() => {
        if (this.#links.get(peer) === link) this.#end(link, peer)
      })
  }

  /** The connection to a peer is forgotten at this end and stays open at the other. */
  halfOpen(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link !== undefined)
      this.process.run(() => {
        if (this.#links.get(peer) === link) this.#lost(link, peer)
      })
  }

  #send(to: NodeId, frame: Uint8Array, lane: Lane): void {
    this.#book.onSend(this.id, to, frame)
    const link = this.#links.get(to)
    if (link === undefined || link.bufferedBytes(this.id) + frame.length > queueBytesMax) {
      this.#count.framesDropped += 1
      return
    }
    this.#count.framesSent += 1
    this.#count.bytesSent += frame.length
    this.#network.sent.remember(this.name, String(to), frame)
    link.send(this.id, frame, lane)
  }

  #adopt(link: PeerLink, peer: NodeId): boolean {
    const present = this.#links.get(peer)
    const incarnation = link.incarnation(peer)
    const known = this.#incarnations.get(peer) ?? 0
    if (present !== undefined) {
      if (incarnation < known || (incarnation === known && !wins(present, link))) return false
      present.closeEnd(this.id)
      this.#links.delete(peer)
      this.#tell((handlers) => {
        handlers.onClosed(peer, present.incarnation(peer))
      })
      present.signal(this.id, (other) => {
        other.endedByPeer(present, this.id)
      })
    }
    if (incarnation !== known) this.#generations.set(peer, 0)
    this.#incarnations.set(peer, incarnation)
    this.#generations.set(peer, Math.max(this.#generations.get(peer) ?? 0, link.key.generation))
    this.#links.set(peer, link)
    this.#dialingOf(peer).tries = 0
    this.#pingLater(link, peer)
    this.#network.world.note(this.name, `connected to ${peer}`)
    this.#tell((handlers) => {
      handlers.onOpened(peer, incarnation)
    })
    return true
  }

  #tell(run: (handlers: TransportHandlers) => void): void {
    if (this.#handlers !== null) run(this.#handlers)
  }

  /** Ends a connection from this end. */
  #end(link: PeerLink, peer: NodeId): void {
    link.signal(this.id, (other) => {
      other.endedByPeer(link, this.id)
    })
    this.#lost(link, peer)
  }

  #lost(link: PeerLink, peer: NodeId): void {
    link.closeEnd(this.id)
    this.#links.delete(peer)
    this.#pings.delete(link)
    this.#network.world.note(this.name, `connection to ${peer} closed`)
    this.#tell((handlers) => {
      handlers.onClosed(peer, link.incarnation(peer))
    })
    this.#dial(peer)
  }

  #reset(link: PeerLink): void {
    link.signal(this.id, (other) => {
      other.endedByPeer(link, this.id)
    })
  }

  #dialingOf(peer: NodeId): Dialing {
    let dialing = this.#dialing.get(peer)
    if (dialing === undefined) {
      dialing = { tries: 0, pending: false }
      this.#dialing.set(peer, dialing)
    }
    return dialing
  }

  #dial(peer: NodeId): void {
    const dialing = this.#dialingOf(peer)
    if (dialing.pending || this.#handlers === null || this.#links.has(peer)) return
    dialing.pending = true
    let settled = false
    const settle = (run: () => void): void => {
      this.process.run(() => {
        if (settled) return
        settled = true
        dialing.pending = false
        run()
        if (!this.#links.has(peer)) this.#redial(peer)
      })
    }
    this.process.post(dialTimeoutMicros, () => {
      settle(() => undefined)
    })
    const answer = (run: () => void): void => {
      this.#network.packet(String(peer), this.name, () => {
        settle(run)
      })
    }
    this.#network.packet(this.name, String(peer), () => {
      this.#knock(peer, answer)
    })
  }

  /** At the other machine. */
  #knock(peer: NodeId, answer: (run: () => void) => void): void {
    const callee = this.#book.running(peer)
    if (callee === null || !callee.isListening || this.#network.isRefusing(callee.name)) {
      if (this.#book.answers(peer))
        answer(() => {
          this.#refused(peer)
        })
      return
    }
    callee.process.run(() => {
      const [mine, theirs] = [this.identity(), callee.identity()]
      if (mine === null || theirs === null || !this.isListening) return
      const generation = 1 + Math.max(this.#generations.get(peer) ?? 0, callee.#generations.get(this.id) ?? 0)
      const incarnations = new Map([
        [this.id, mine.incarnation],
        [peer, theirs.incarnation],
      ])
      const link = new PeerLink(this.#network, { dialer: this.id, generation, incarnations }, [this, callee])
      if (!callee.accept(link, this.id)) {
        answer(() => undefined)
        return
      }
      answer(() => {
        if (link.isOver) return
        if (this.#adopt(link, peer)) link.open()
        else this.#reset(link)
      })
    })
  }

  /** Not told while a connection is there: this server's dial and the peer's have crossed. */
  #refused(peer: NodeId): void {
    if (!this.#links.has(peer))
      this.#tell((handlers) => {
        handlers.onRefused(peer)
      })
  }

  #redial(peer: NodeId): void {
    const dialing = this.#dialingOf(peer)
    const wait = Math.min(backOffMaxMicros, backOffMinMicros * 2 ** Math.min(dialing.tries, 10))
    dialing.tries += 1
    this.process.post(wait / 2 + this.process.random.below(wait), () => {
      this.#dial(peer)
    })
  }

  /** A ping that stays unanswered for a second ends the connection: black holes and half-open connections are found so. */
  #pingLater(link: PeerLink, peer: NodeId): void {
    this.process.post(pingMicros, () => {
      if (this.#links.get(peer) !== link) return
      const sentAt = this.process.clock.now()
      this.#pings.set(link, sentAt)
      link.signal(this.id, (other) => {
        if (!other.process.isAlive) return
        if (other.#links.get(this.id) !== link) return
        other.process.run(() => {
          link.signal(other.id, () => {
            this.process.run(() => {
              this.#pings.delete(link)
            })
          })
        })
      })
      this.process.post(pingMicros, () => {
        if (this.#links.get(peer) !== link) return
        if (this.#pings.has(link)) this.#end(link, peer)
        else this.#pingLater(link, peer)
      })
    })
  }
}

/** The rule of `@synod/transport-ws`: the greater generation, then the smaller dialer's, then the newer. */
function wins(present: PeerLink, candidate: PeerLink): boolean {
  if (candidate.key.generation !== present.key.generation) return candidate.key.generation > present.key.generation
  return candidate.key.dialer <= present.key.dialer
}
