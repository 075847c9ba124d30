import { createClientService } from '@synod/client'
import type { ClientService } from '@synod/client'
import type { Clock, Random } from '@synod/interface'
import { createMemoryStorage } from '@synod/memory'
import type { MemoryNetwork, MemoryStorage } from '@synod/memory'
import { createReplica } from '@synod/replica'
import type { Replica, ReplicaTimings } from '@synod/replica'
import { createTree } from '@synod/tree'

/** What the servers of a test cluster share. */
export interface TestWorld {
  readonly network: MemoryNetwork
  readonly clock: Clock
  readonly random: Random
  readonly voters: readonly number[]
  readonly timings: ReplicaTimings
  /** Running services by endpoint, as clients find them. */
  readonly services: Map<string, ClientService>
}

/** One server of a test cluster: its disk stays over its lives. */
export class TestServer {
  readonly id: number
  readonly endpoint: string
  readonly #world: TestWorld
  readonly #storage: MemoryStorage = createMemoryStorage()
  #life: { readonly replica: Replica; readonly service: ClientService } | null = null

  constructor(id: number, world: TestWorld) {
    this.id = id
    this.endpoint = `memory:${id}`
    this.#world = world
  }

  /** `null` while it is down. */
  get replica(): Replica | null {
    return this.#life?.replica ?? null
  }

  async start(): Promise<Replica> {
    if (this.#life !== null) return this.#life.replica
    const { network, clock, random, voters, timings, services } = this.#world
    const tree = createTree()
    const replica = createReplica({
      ...timings,
      id: this.id,
      cluster: 'test',
      voters,
      transport: network.transport(this.id),
      storage: this.#storage,
      stateMachine: tree,
      clock,
      random,
      endpoint: this.endpoint,
    })
    const service = createClientService({ replica, watches: tree, clock })
    this.#life = { replica, service }
    await replica.start()
    services.set(this.endpoint, service)
    return replica
  }

  /** As a crash of its machine: what was not durable is gone, and nobody is told. */
  async crash(): Promise<void> {
    this.#storage.powerLoss()
    await this.stop({ graceful: false })
  }

  async stop(options: { readonly graceful: boolean }): Promise<void> {
    const life = this.#life
    if (life === null) return
    this.#life = null
    this.#world.services.delete(this.endpoint)
    life.service.close()
    await life.replica.stop(options)
  }
}
