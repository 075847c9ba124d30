import type { TransportIdentity } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import { Eventually } from '../eventually.ts'
import type { TransportContractOptions, TransportGroup } from './options.ts'
import { Station } from './station.ts'

/** What a clause of the transport's contract works with: up to three servers of a cluster. */
export class TransportContext {
  readonly eventually: Eventually
  readonly frameBytesMax: number
  readonly queueBytesMax: number
  readonly #group: TransportGroup
  readonly #stations: Station[] = []

  constructor(group: TransportGroup, options: TransportContractOptions) {
    this.#group = group
    this.eventually = new Eventually(options.timeoutMs ?? 4000)
    this.frameBytesMax = options.frameBytesMax ?? 1024 * 1024
    this.queueBytesMax = options.queueBytesMax
  }

  /** Makes a server without starting it. */
  station(id: NodeId, identity: Partial<TransportIdentity> = {}): Station {
    const whole = { id, incarnation: 1, clusterName: 'contract', clusterId: '', ...identity }
    const station = new Station(this.#group.transport(id), whole, this.eventually)
    this.#stations.push(station)
    return station
  }

  async started(id: NodeId, identity: Partial<TransportIdentity> = {}): Promise<Station> {
    const station = this.station(id, identity)
    await station.start()
    return station
  }

  /** Servers that are all connected to each other. */
  async connected(...ids: NodeId[]): Promise<Station[]> {
    const stations: Station[] = []
    for (const id of ids) stations.push(await this.started(id))
    for (const station of stations) await station.untilOpen(...stations.filter((other) => other !== station))
    return stations
  }

  assertOrderly(): void {
    for (const station of this.#stations) station.assertOrderly()
  }
}

/** A connected pair, for the many clauses that need just that. */
export async function connectedPair(context: TransportContext): Promise<[Station, Station]> {
  const [first, second] = await context.connected(1, 2)
  if (first === undefined || second === undefined) throw new Error('two servers were asked for')
  return [first, second]
}
