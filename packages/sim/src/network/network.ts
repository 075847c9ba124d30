import type { Micros } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { World } from '../engine/world.ts'
import { SentFrames } from './sent-frames.ts'
import { Edge, noFault, type EdgeFault, type Latency } from './edge.ts'

/** How the network of a simulation behaves when nothing is wrong with it. */
export interface NetworkTraits {
  /** Between two servers. */
  readonly peers: Latency
  /** Between a client and a server. */
  readonly clients: Latency
  /** Frames between servers may be lost, repeated and overtaken inside a connection, as the `Transport` contract allows; false: TCP. */
  readonly lossy: boolean
}

/** All directed edges, what waits because of a black hole, and who dials in vain. Knows names of processes, and no process. */
export class Network {
  readonly world: World
  readonly traits: NetworkTraits
  readonly #edges: Map<string, Edge> = new Map()
  readonly #random: RandomStream
  readonly #waiting: Map<string, (() => void)[]> = new Map()
  readonly #refusing: Set<string> = new Set()
  /** Frames between servers. */
  readonly sent: SentFrames

  constructor(world: World, traits: NetworkTraits) {
    this.world = world
    this.traits = traits
    this.#random = world.random('network')
    this.sent = new SentFrames(world.random('frames sent'))
  }

  edge(from: string, to: string): Edge {
    const name = `${from}>${to}`
    let edge = this.#edges.get(name)
    if (edge === undefined) {
      const latency = from.startsWith('c') || to.startsWith('c') ? this.traits.clients : this.traits.peers
      edge = new Edge(name, this.#random.split(name), latency)
      this.#edges.set(name, edge)
    }
    return edge
  }

  setFault(from: string, to: string, fault: Partial<EdgeFault>): void {
    const edge = this.edge(from, to)
    edge.fault = { ...edge.fault, ...fault }
    if (!edge.fault.blackHole) this.#release(edge.name)
  }

  heal(from: string, to: string): void {
    this.setFault(from, to, noFault)
  }

  healAll(): void {
    this.#refusing.clear()
    for (const edge of this.#edges.values()) {
      edge.fault = noFault
      this.#release(edge.name)
    }
  }

  /** Nobody listens at this server's address although it runs, as behind a firewall that answers RST. */
  refuse(name: string): void {
    this.#refusing.add(name)
  }

  accept(name: string): void {
    this.#refusing.delete(name)
  }

  isRefusing(name: string): boolean {
    return this.#refusing.has(name)
  }

  /** True when neither direction swallows everything. */
  isOpen(a: string, b: string): boolean {
    return !this.edge(a, b).fault.blackHole && !this.edge(b, a).fault.blackHole
  }

  /** Delivers a packet that nobody sends again. */
  packet(from: string, to: string, arrive: () => void): void {
    const at = this.edge(from, to).packet(this.world.now)
    if (at === null) this.world.coverage.add('packets lost')
    else this.world.scheduler.at(at, arrive)
  }

  /** Delivers a sign of life or of the end of a connection: the machines repeat it, so only a black hole swallows it. */
  signal(from: string, to: string, arrive: () => void): void {
    const edge = this.edge(from, to)
    if (!edge.fault.blackHole) this.world.scheduler.at(edge.segment(this.world.now, 40, 'control'), arrive)
  }

  /** Calls `run` when the edge swallows nothing any more. */
  whenOpen(from: string, to: string, run: () => void): void {
    const { name } = this.edge(from, to)
    const waiting = this.#waiting.get(name)
    if (waiting === undefined) this.#waiting.set(name, [run])
    else waiting.push(run)
  }

  #release(name: string): void {
    const waiting = this.#waiting.get(name)
    if (waiting === undefined) return
    this.#waiting.delete(name)
    const resend = (): Micros => this.#random.below(200_000)
    for (const run of waiting) this.world.scheduler.after(resend(), run)
  }
}
