import { createClient, createSystemClock, createSystemRandom, localDialer } from '@synod/client'
import type { ClientTuning } from '@synod/client'
import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { createMemoryNetwork } from '@synod/memory'
import type { MemoryNetwork } from '@synod/memory'
import type { Replica, ReplicaTimings } from '@synod/replica'
import { TestServer } from './test-server.ts'
import type { TestWorld } from './test-server.ts'

/** How a test cluster is made. */
export interface TestClusterOptions {
  /** 1 to 9. Default 3. */
  readonly servers?: number
  /** Times of the servers, when a test wants shorter ones. */
  readonly timings?: ReplicaTimings
  /** Gives up waiting for the first leader. */
  readonly signal?: AbortSignal
}

/** Real servers of one process over network and disks in memory. */
export interface TestCluster extends AsyncDisposable {
  /** Numbers of all servers, 1 to n. */
  readonly serverIds: readonly number[]
  /** A client with a session of its own, which knows all servers and fails over between them. Closed with the cluster at the latest. */
  client(tuning?: ClientTuning): CoordinationClient
  /** The established leader, as soon as there is one. Rejects with `signal.reason`. */
  leader(options?: { readonly signal?: AbortSignal }): Promise<number>
  /** Kills a server, as a crash of its machine does; resolves with its number. Its disk stays. */
  kill(which: 'leader' | number): Promise<number>
  /** Starts a killed server again, with what was durable on its disk. */
  restart(id: number): Promise<void>
  /** Cuts the network between these groups, and between them and everybody else. Clients still reach all servers. */
  partition(...groups: readonly (readonly number[])[]): void
  /** Ends all partitions. */
  heal(): void
  /** Stops everything. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts a cluster in memory and waits until it has a leader. For tests: it keeps nothing, and listens nowhere.
 * Rejects with `SYNOD_INVALID_CONFIG` and with the reason of `signal`.
 */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { servers: count = 3, timings = {}, signal } = options
  checkOptions(options, count)
  const cluster = new MemoryCluster(count, timings)
  try {
    await cluster.start()
    await cluster.leader(signal === undefined ? {} : { signal })
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

function checkOptions(options: TestClusterOptions, count: number): void {
  const issues: ConfigIssue[] = []
  for (const key of Object.keys(options)) {
    if (!['servers', 'timings', 'signal'].includes(key))
      issues.push({ path: key, message: 'is no option; there are servers, timings, signal' })
  }
  if (!Number.isInteger(count) || count < 1 || count > 9)
    issues.push({ path: 'servers', message: `must be from 1 to 9, is ${String(count)}` })
  if (issues.length === 0) return
  throw new SynodError(
    'SYNOD_INVALID_CONFIG',
    `the options of a test cluster cannot be used: ${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    { issues },
  )
}

class MemoryCluster implements TestCluster {
  readonly serverIds: readonly number[]
  readonly #network: MemoryNetwork
  readonly #world: TestWorld
  readonly #servers: ReadonlyMap<number, TestServer>
  readonly #clients: CoordinationClient[] = []
  /** Run whenever anything about leadership may have changed. */
  readonly #watchers: Set<() => void> = new Set()
  #closed: Promise<void> | null = null

  constructor(count: number, timings: ReplicaTimings) {
    const clock = createSystemClock()
    this.serverIds = Array.from({ length: count }, (_, index) => index + 1)
    this.#network = createMemoryNetwork({ clock })
    this.#world = { network: this.#network, clock, random: createSystemRandom(), voters: this.serverIds, timings, services: new Map() }
    this.#servers = new Map(this.serverIds.map((id) => [id, new TestServer(id, this.#world)]))
  }

  async start(): Promise<void> {
    await Promise.all(this.serverIds.map((id) => this.restart(id)))
  }

  client(tuning: ClientTuning = {}): CoordinationClient {
    this.#assertOpen()
    const { clock, random, services } = this.#world
    const servers = [...this.#servers.values()].map(({ endpoint }) => endpoint)
    const client = createClient({ ...tuning, servers, dialer: localDialer(services, clock), clock, random })
    this.#clients.push(client)
    return client
  }

  leader(options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      this.#assertOpen()
      const settle = (run: () => void): void => {
        this.#watchers.delete(check)
        signal?.removeEventListener('abort', onAbort)
        run()
      }
      const check = (): void => {
        const leader = this.#established()
        if (leader !== null) settle(() => resolve(leader))
        else if (this.#closed !== null) settle(() => reject(closedError()))
      }
      const onAbort = (): void => settle(() => reject(signal?.reason))
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#watchers.add(check)
      check()
    })
  }

  async kill(which: 'leader' | number): Promise<number> {
    const id = which === 'leader' ? await this.leader() : which
    await this.#server(id).crash()
    return id
  }

  async restart(id: number): Promise<void> {
    const replica = await this.#server(id).start()
    replica.on('role:change', () => this.#changed())
    this.#changed()
  }

  partition(...groups: readonly (readonly number[])[]): void {
    for (const id of groups.flat()) this.#server(id)
    const groupOf = (id: number): number => groups.findIndex((group) => group.includes(id))
    for (const from of this.serverIds) {
      for (const to of this.serverIds) if (groupOf(from) !== groupOf(to)) this.#network.cut(from, to)
    }
  }

  heal(): void {
    this.#network.heal()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    this.#changed()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Of several that believe so, as in a partition, the one of the newest epoch. */
  #established(): number | null {
    const leading = [...this.#servers.values()]
      .flatMap(({ replica }): Replica[] => (replica === null ? [] : [replica]))
      .map((replica) => replica.status())
      .filter(({ strength, stopped }) => !stopped && (strength === 'established' || strength === 'exclusive'))
      .sort((a, b) => b.epoch - a.epoch)
    return leading[0]?.id ?? null
  }

  #server(id: number): TestServer {
    this.#assertOpen()
    const server = this.#servers.get(id)
    if (server === undefined) throw new TypeError(`there is no server ${String(id)}; there are ${this.serverIds.join(', ')}`)
    return server
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  #assertOpen(): void {
    if (this.#closed !== null) throw closedError()
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#clients.map((client) => client.close()))
    await Promise.allSettled([...this.#servers.values()].map((server) => server.stop({ graceful: false })))
  }
}

function closedError(): SynodError {
  return new SynodError('SYNOD_STOPPED', 'this test cluster was closed')
}
