import type { ReadOutcome, SubmitOutcome, TouchOutcome, Transport } from '@synod/interface'
import { createMemoryNetwork, createMemoryStorage, type MemoryNetwork, type MemoryStorage } from '@synod/memory'
import { createReplica, type Replica, type ReplicaOptions } from '@synod/replica'
import { decode, KvMachine, kvSet } from './kv-machine.ts'
import { realClock, realRandom, until } from './environment.ts'

export interface Server {
  readonly id: number
  storage: MemoryStorage
  replica: Replica
  machine: KvMachine
}

/** Replicas of one process over a network and disks in memory. */
export class Cluster {
  readonly network: MemoryNetwork = createMemoryNetwork({ clock: realClock, retryMicros: 10_000 })
  readonly servers: Map<number, Server> = new Map()
  readonly #transports: Map<number, Transport> = new Map()
  readonly #options: Partial<ReplicaOptions>
  readonly #voters: readonly number[]

  constructor(size: number, options: Partial<ReplicaOptions> = {}) {
    this.#options = options
    this.#voters = Array.from({ length: size }, (_, at) => at + 1)
    for (const id of this.#voters) {
      const storage = createMemoryStorage()
      this.servers.set(id, { id, storage, ...this.#make(id, storage) })
    }
  }

  async start(): Promise<void> {
    await Promise.all(Array.from(this.servers.values(), (server) => server.replica.start()))
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.servers.values(), (server) => server.replica.stop({ graceful: false })))
  }

  server(id: number): Server {
    const server = this.servers.get(id)
    if (server === undefined) throw new Error(`there is no server ${id}`)
    return server
  }

  /** To send in a server's name. */
  transportOf(id: number): Transport {
    const transport = this.#transports.get(id)
    if (transport === undefined) throw new Error(`there is no server ${id}`)
    return transport
  }

  /** Its power fails: what was not durable is gone, its connections close. */
  async crash(id: number): Promise<void> {
    const server = this.server(id)
    server.storage.powerLoss()
    await server.replica.stop({ graceful: false })
  }

  /** Gives a stopped server an empty disk. */
  wipe(id: number): void {
    this.server(id).storage = createMemoryStorage()
  }

  /** A new life on the same disk. */
  async restart(id: number): Promise<void> {
    const server = this.server(id)
    Object.assign(server, this.#make(id, server.storage))
    await server.replica.start()
  }

  /** Another replica for a stopped server's disk, with other options. */
  again(id: number, options: Partial<ReplicaOptions>): Replica {
    return this.#make(id, this.server(id).storage, options).replica
  }

  /** The established leader, once all given servers agree on it. */
  async leader(ids: readonly number[] = this.#voters): Promise<Server> {
    const found = (): Server | undefined => {
      const servers = ids.map((id) => this.server(id))
      const leaders = servers.filter((server) => server.replica.status().strength === 'established')
      const only = leaders.length === 1 ? leaders[0] : undefined
      return servers.every((server) => server.replica.status().leader === only?.id) ? only : undefined
    }
    await until(() => found() !== undefined)
    const leader = found()
    if (leader === undefined) throw new Error('the leader was lost again')
    return leader
  }

  async follower(): Promise<Server> {
    const leader = await this.leader()
    return this.server(this.#voters.find((id) => id !== leader.id) ?? 0)
  }

  /** Until all given servers have applied the same, and hash alike. */
  async converged(ids: readonly number[] = this.#voters): Promise<void> {
    await until(() => {
      const statuses = ids.map((id) => this.server(id).replica.status())
      const index = statuses[0]?.appliedZxid.index
      return statuses.every(
        (status) => status.appliedZxid.index === index && status.commitIndex === index && status.lastZxid.index === index,
      )
    })
  }

  #make(
    id: number,
    storage: MemoryStorage,
    options: Partial<ReplicaOptions> = {},
  ): { readonly replica: Replica; readonly machine: KvMachine } {
    const machine = new KvMachine()
    const transport = this.network.transport(id)
    this.#transports.set(id, transport)
    const replica = createReplica({
      id,
      voters: this.#voters,
      transport,
      storage,
      stateMachine: machine,
      clock: realClock,
      random: realRandom,
      endpoint: `mem://${id}`,
      pid: 1000 + id,
      ...this.#options,
      ...options,
    })
    return { replica, machine }
  }
}

export function submit(server: Server, command: Uint8Array): Promise<SubmitOutcome> {
  return new Promise((resolve) => {
    server.replica.submit(command, resolve)
  })
}

/** Sets a key; repeats what surely failed or is unknown, as a client with de-duplication would. */
export async function put(server: Server, key: string, value: string): Promise<number> {
  for (;;) {
    const outcome = await submit(server, kvSet(key, value))
    if (outcome.ok) return outcome.zxid.index
    if (!outcome.error.retryable) throw outcome.error
  }
}

export async function run(server: Server, command: Uint8Array): Promise<unknown> {
  const outcome = await submit(server, command)
  if (!outcome.ok) throw outcome.error
  return decode(outcome.result)
}

export function read(
  server: Server,
  consistency: 'linearizable' | 'session' | 'stale' = 'linearizable',
  minIndex = 0,
): Promise<ReadOutcome> {
  return new Promise((resolve) => {
    server.replica.read({ consistency, minIndex }, resolve)
  })
}

export function touch(server: Server, session: number): Promise<TouchOutcome> {
  return new Promise((resolve) => {
    server.replica.touch(session, resolve)
  })
}
