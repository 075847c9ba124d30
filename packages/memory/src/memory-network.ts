import { SynodError } from '@synod/interface'
import type { Cancel, Clock, Transport } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { MemoryTransport } from './memory-transport.ts'
import type { Link, Switchboard } from './switchboard.ts'

/** What a network in memory needs and may be told. */
export interface MemoryNetworkOptions {
  /** Delivery happens in `clock.defer`, tries to connect in `clock.setTimer`. */
  readonly clock: Clock
  /** Time between tries to connect to a server that is away, in microseconds. Default 50 000. */
  readonly retryMicros?: number
  /** Bytes that may wait in one direction between two servers; what exceeds it is dropped and counted. Default 16 MiB. */
  readonly queueBytesMax?: number
}

/** A network of one process, with faults. Every fault stays until `heal`, except `close`, which is an event. */
export interface MemoryNetwork {
  /** A transport for this server. Called again, it gives another one at the same address, for the server's next life. */
  transport(id: NodeId): Transport
  /**
   * Swallows everything that `from` sends to `to`, without a sign: frames, and the news that a connection ended.
   * No new connection between the two comes about, whoever tries: its handshake needs both directions.
   */
  cut(from: NodeId, to: NodeId): void
  /** Closes the connection between the two; they connect again at the next try. */
  close(a: NodeId, b: NodeId): void
  /** From now on nobody listens at this server's address, as after the death of its process; what it had open is closed. */
  refuse(id: NodeId): void
  /** Ends all faults; what could be connected is connected at the next try. */
  heal(): void
}

/**
 * Makes a network in which transports of one process find each other: the reference adapter of the `Transport` port.
 * Every transport's peers are all the ids that the network has ever been asked for.
 */
export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  return new Network(options)
}

class Network implements MemoryNetwork, Switchboard {
  readonly clock: Clock
  readonly queueBytesMax: number
  readonly #retryMicros: number
  readonly #known: Set<NodeId> = new Set()
  readonly #running: Map<NodeId, MemoryTransport> = new Map()
  readonly #cut: Set<string> = new Set()
  readonly #refused: Set<NodeId> = new Set()
  readonly #retries: Map<NodeId, Cancel> = new Map()

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock
    this.#retryMicros = options.retryMicros ?? 50_000
    this.queueBytesMax = options.queueBytesMax ?? 16 * 1024 * 1024
  }

  transport(id: NodeId): Transport {
    this.#known.add(id)
    for (const other of this.#running.keys()) this.#scheduleRetry(other)
    return new MemoryTransport(id, this)
  }

  cut(from: NodeId, to: NodeId): void {
    this.#cut.add(edge(from, to))
  }

  close(a: NodeId, b: NodeId): void {
    this.#running.get(a)?.drop(b)
    this.hangUp(a, b)
  }

  refuse(id: NodeId): void {
    this.#refused.add(id)
    for (const other of this.#others(id)) this.close(id, other)
  }

  heal(): void {
    this.#cut.clear()
    this.#refused.clear()
    for (const id of this.#running.keys()) this.#scheduleRetry(id)
  }

  swallows(from: NodeId, to: NodeId): boolean {
    return this.#cut.has(edge(from, to))
  }

  join(transport: MemoryTransport): void {
    if (this.#running.has(transport.id)) {
      throw new SynodError('SYNOD_PORT_IN_USE', `server ${transport.id} is already running in this network; stop its transport first`)
    }
    this.#running.set(transport.id, transport)
    this.clock.defer(() => {
      if (this.#running.get(transport.id) === transport) this.#dialAll(transport.id)
    })
  }

  leave(transport: MemoryTransport): void {
    this.#running.delete(transport.id)
    this.#retries.get(transport.id)?.()
    this.#retries.delete(transport.id)
    for (const other of this.#others(transport.id)) this.hangUp(transport.id, other)
  }

  /** The end of a connection travels from `from` to `to`, who tries again in the next turn, and then every `retryMicros`. */
  hangUp(from: NodeId, to: NodeId): void {
    const transport = this.#running.get(to)
    if (transport === undefined || this.swallows(from, to)) return
    transport.drop(from)
    this.clock.defer(() => {
      if (this.#running.get(to) === transport) this.#dial(to, from)
    })
  }

  recipient(link: Link, from: NodeId, to: NodeId): MemoryTransport | undefined {
    const transport = this.#running.get(to)
    return transport?.link(from) === link ? transport : undefined
  }

  #others(id: NodeId): NodeId[] {
    return [...this.#known].filter((other) => other !== id).sort((a, b) => a - b)
  }

  #dialAll(id: NodeId): void {
    for (const peer of this.#others(id)) this.#dial(id, peer)
  }

  #dial(from: NodeId, to: NodeId): void {
    const caller = this.#running.get(from)
    if (caller === undefined) return
    const callee = this.#running.get(to)
    const link = caller.link(to)
    if (link !== undefined && callee?.link(from) === link) return
    this.#scheduleRetry(from)
    if (this.swallows(from, to) || this.swallows(to, from)) return
    if (link !== undefined) caller.drop(to)
    if (callee === undefined || this.#refused.has(to)) caller.refusedBy(to)
    else if (!this.#refused.has(from)) this.#connect(caller, callee)
  }

  #connect(caller: MemoryTransport, callee: MemoryTransport): void {
    const [mine, theirs] = [caller.identity(), callee.identity()]
    const named = mine.clusterName === theirs.clusterName
    if (!named || (mine.clusterId !== theirs.clusterId && mine.clusterId !== '' && theirs.clusterId !== '')) {
      const error = new SynodError(
        'SYNOD_CLUSTER_MISMATCH',
        `server ${mine.id} is of cluster ${mine.clusterName} (${mine.clusterId}), server ${theirs.id} of ${theirs.clusterName} (${theirs.clusterId})`,
      )
      caller.turnedAway(callee.id, error)
      callee.turnedAway(caller.id, error)
      return
    }
    const link: Link = {
      incarnations: new Map([
        [caller.id, mine.incarnation],
        [callee.id, theirs.incarnation],
      ]),
    }
    callee.open(caller.id, link)
    caller.open(callee.id, link)
  }

  #scheduleRetry(id: NodeId): void {
    if (this.#retries.has(id)) return
    this.#retries.set(
      id,
      this.clock.setTimer(this.clock.now() + this.#retryMicros, () => {
        this.#retries.delete(id)
        this.#dialAll(id)
      }),
    )
  }
}

function edge(from: NodeId, to: NodeId): string {
  return `${from}>${to}`
}
