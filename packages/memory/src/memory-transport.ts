import type { Lane, SynodError, Transport, TransportHandlers, TransportIdentity, TransportStats } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { Link, Switchboard } from './switchboard.ts'

/** One server's end of a network in memory. Everything it tells its owner is told in a `clock.defer`. */
export class MemoryTransport implements Transport {
  readonly id: NodeId
  readonly #board: Switchboard
  readonly #links: Map<NodeId, Link> = new Map()
  readonly #waitingBytes: Map<NodeId, number> = new Map()
  #inbox: { readonly lane: Lane; readonly run: (handlers: TransportHandlers) => void }[] = []
  #flushing = false
  #identity: (() => TransportIdentity) | null = null
  #handlers: TransportHandlers | null = null
  readonly #count = { framesSent: 0, framesReceived: 0, framesDropped: 0, bytesSent: 0, bytesReceived: 0 }
  readonly #rejected: Record<string, number> = {}

  constructor(id: NodeId, board: Switchboard) {
    this.id = id
    this.#board = board
  }

  async start(identity: () => TransportIdentity, handlers: TransportHandlers): Promise<void> {
    this.#board.join(this)
    this.#identity = identity
    this.#handlers = handlers
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane): void {
    const link = this.#links.get(to)
    const waiting = this.#waitingBytes.get(to) ?? 0
    if (link === undefined || waiting + frame.length > this.#board.queueBytesMax) {
      this.#count.framesDropped += 1
      return
    }
    this.#count.framesSent += 1
    this.#count.bytesSent += frame.length
    if (this.#board.swallows(this.id, to)) return
    this.#waitingBytes.set(to, waiting + frame.length)
    this.#board.recipient(link, this.id, to)?.receive({ from: this, link, lane, frame })
  }

  disconnect(peer: NodeId, _reason: string): void {
    if (!this.#links.has(peer)) return
    this.drop(peer)
    this.#board.hangUp(this.id, peer)
  }

  roundTripMicros(_peer: NodeId): number {
    return 0
  }

  stats(): TransportStats {
    return { ...this.#count, rejected: { ...this.#rejected } }
  }

  async stop(): Promise<void> {
    if (this.#handlers === null) return
    this.#handlers = null
    this.#inbox = []
    this.#links.clear()
    this.#board.leave(this)
  }

  identity(): TransportIdentity {
    if (this.#identity === null) throw new Error(`transport ${this.id} was not started`)
    return this.#identity()
  }

  link(peer: NodeId): Link | undefined {
    return this.#links.get(peer)
  }

  open(peer: NodeId, link: Link): void {
    this.drop(peer)
    this.#links.set(peer, link)
    this.#waitingBytes.set(peer, 0)
    this.#tell((handlers) => handlers.onOpened(peer, link.incarnations.get(peer) ?? 0))
  }

  /** Ends this end's connection to a peer, if there is one. */
  drop(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    this.#links.delete(peer)
    this.#tell((handlers) => handlers.onClosed(peer, link.incarnations.get(peer) ?? 0))
  }

  refusedBy(peer: NodeId): void {
    this.#tell((handlers) => handlers.onRefused(peer))
  }

  turnedAway(peer: NodeId, error: SynodError): void {
    this.#rejected[error.code] = (this.#rejected[error.code] ?? 0) + 1
    this.#tell((handlers) => handlers.onRejected(peer, error))
  }

  receive(arrival: { readonly from: MemoryTransport; readonly link: Link; readonly lane: Lane; readonly frame: Uint8Array }): void {
    const { from, link, lane, frame } = arrival
    this.#tell((handlers) => {
      from.#leftQueue(this.id, link, frame.length)
      if (this.#links.get(from.id) !== link || this.#board.swallows(from.id, this.id)) return
      this.#count.framesReceived += 1
      this.#count.bytesReceived += frame.length
      handlers.onFrame(from.id, frame)
    }, lane)
  }

  #leftQueue(to: NodeId, link: Link, bytes: number): void {
    if (this.#links.get(to) === link) this.#waitingBytes.set(to, Math.max(0, (this.#waitingBytes.get(to) ?? 0) - bytes))
  }

  #tell(run: (handlers: TransportHandlers) => void, lane: Lane = 'control'): void {
    this.#inbox.push({ lane, run })
    if (this.#flushing) return
    this.#flushing = true
    this.#board.clock.defer(() => this.#flush())
  }

  /** One turn's arrivals: everything else before bulk frames. A handler may stop this transport half-way. */
  #flush(): void {
    this.#flushing = false
    const arrived = this.#inbox
    this.#inbox = []
    for (const lane of ['control', 'bulk'] as const) {
      for (const item of arrived) {
        if (this.#handlers !== null && item.lane === lane) item.run(this.#handlers)
      }
    }
  }
}
