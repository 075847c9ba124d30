import type { Lane } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { Network } from './network.ts'
import type { SimTransport } from './sim-transport.ts'
import { Stream } from './stream.ts'

/** What both ends know of a connection, and by which they agree on one of two. */
export interface LinkKey {
  readonly dialer: NodeId
  readonly generation: number
  readonly incarnations: ReadonlyMap<NodeId, number>
}

interface End {
  readonly transport: SimTransport
  readonly out: Stream
}

/** A connection between two lives of two servers. */
export class PeerLink {
  readonly key: LinkKey
  /** The other end was closed before the answer to the dial had come. */
  isOver = false
  readonly #network: Network
  /** What has overtaken the answer to the dial; a stream delivers it behind that. `null`: the dialer has the answer. */
  #early: Uint8Array[] | null = []
  readonly #ends: ReadonlyMap<NodeId, End>

  constructor(network: Network, key: LinkKey, transports: readonly [SimTransport, SimTransport]) {
    this.#network = network
    this.key = key
    const [a, b] = transports
    const end = (transport: SimTransport, other: SimTransport): End => ({
      transport,
      out: new Stream(network, { from: transport.name, to: other.name }, (frame) => {
        this.#arrive(transport, other, frame)
      }),
    })
    this.#ends = new Map([
      [a.id, end(a, b)],
      [b.id, end(b, a)],
    ])
  }

  incarnation(of: NodeId): number {
    return this.key.incarnations.get(of) ?? 0
  }

  bufferedBytes(from: NodeId): number {
    return this.#ends.get(from)?.out.bufferedBytes ?? 0
  }

  send(from: NodeId, frame: Uint8Array, lane: Lane): void {
    const end = this.#ends.get(from)
    if (end === undefined) return
    if (!this.#network.traits.lossy) {
      end.out.send(frame, lane)
      return
    }
    const other = this.other(from)
    const { world } = this.#network
    const arrivals = this.#network.edge(end.transport.name, other.name).datagram(world.now, frame.length, lane)
    if (arrivals.length === 0) world.coverage.add('frames lost')
    if (arrivals.length > 1) world.coverage.add('frames repeated')
    for (const at of arrivals)
      world.scheduler.at(at, () => {
        this.#arrive(end.transport, other, frame)
      })
  }

  /** A small message of the transport itself: ping, end of the connection. */
  signal(from: NodeId, arrive: (other: SimTransport) => void): void {
    const end = this.#ends.get(from)
    if (end === undefined) return
    const other = this.other(from)
    this.#network.signal(end.transport.name, other.name, () => {
      arrive(other)
    })
  }

  /** This end is gone: what it has sent and what is on its way to it is lost. */
  closeEnd(of: NodeId): void {
    for (const end of this.#ends.values()) if (end.transport.id === of) end.out.close()
  }

  other(than: NodeId): SimTransport {
    for (const [id, end] of this.#ends) if (id !== than) return end.transport
    throw new Error(`server ${than} is not at this connection`)
  }

  /** The dialer has taken up this connection: it gets what came too early. */
  open(): void {
    const early = this.#early ?? []
    this.#early = null
    const dialer = this.#ends.get(this.key.dialer)?.transport
    if (dialer === undefined) return
    for (const frame of early) this.#arrive(this.other(dialer.id), dialer, frame)
  }

  #arrive(from: SimTransport, to: SimTransport, frame: Uint8Array): void {
    if (this.#early !== null && to.id === this.key.dialer) this.#early.push(frame)
    else to.receive(this, from.id, frame)
  }
}
