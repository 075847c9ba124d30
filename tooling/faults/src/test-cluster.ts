import { join } from 'node:path'
import { connect } from '@synod/client'
import type { ClientTuning, ConnectOptions, StatusDocument } from '@synod/client'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { ComposedConfig } from './composed-config.ts'
import { Guard } from './guard.ts'
import { Links } from './links.ts'
import { freePorts } from './ports.ts'
import { ServerProcess } from './server-process.ts'
import type { Program } from './server-process.ts'
import { until } from './until.ts'

/** For tests that require a leader to stay: a busy machine that holds a process up for a moment is not the fault that they are about. */
export const patient: Partial<ComposedConfig> = { timings: { suspicionTimeoutMinMs: 800 } }

export interface TestClusterOptions {
  readonly program?: Program
  readonly size?: number
  readonly cluster?: string
  readonly secret?: string
  /** Servers reach each other through relays that can be cut. */
  readonly links?: boolean
  /** Stands above what this makes up for a server. */
  readonly config?: Partial<ComposedConfig>
  /** Store of that server on a file system of its own, of that many bytes. */
  readonly smallDisk?: { readonly id: number; readonly bytes: number }
}

/** Several servers on this machine, in a folder of their own; ended and removed by `close`, and when the test's process dies. */
export class TestCluster {
  readonly guard: Guard
  readonly folder: string
  readonly name: string
  readonly servers: readonly ServerProcess[]
  /** Addresses for peers, as the servers listen, without relays. */
  readonly peerPorts: ReadonlyMap<number, number>
  readonly #links: Links | null
  readonly #secret: string | undefined
  readonly #clients: CoordinationClient[] = []

  private constructor(
    options: TestClusterOptions,
    ports: ReadonlyMap<number, number>,
    parts: { guard: Guard; links: Links | null; clientPorts: readonly number[] },
  ) {
    const { program = 'serve', cluster = 'faults', secret, config = {}, smallDisk } = options
    this.guard = parts.guard
    this.folder = parts.guard.folder()
    this.name = cluster
    this.peerPorts = ports
    this.#links = parts.links
    this.#secret = secret
    this.servers = [...ports.keys()].map((id, index) => {
      const dataDir = join(this.folder, `data-${id}`)
      if (smallDisk?.id === id) parts.guard.smallDisk(dataDir, smallDisk.bytes)
      const own: ComposedConfig = {
        id,
        cluster,
        dataDir,
        peers: peersOf(id, ports, parts.links),
        clients: { port: parts.clientPorts[index] ?? 0 },
        ...(secret === undefined ? {} : { secret }),
        ...config,
      }
      return new ServerProcess({ program, config: own, configFile: join(this.folder, `server-${id}.json`), guard: parts.guard })
    })
  }

  /** Makes the cluster without starting a server. */
  static async make(options: TestClusterOptions = {}): Promise<TestCluster> {
    const { size = 3 } = options
    const free = await freePorts(2 * size)
    const ports = new Map(free.slice(0, size).map((port, index) => [index + 1, port]))
    const links = options.links === true ? await Links.between(ports) : null
    return new TestCluster(options, ports, { guard: new Guard(), links, clientPorts: free.slice(size) })
  }

  /** Makes the cluster, starts all servers and waits until one leads and the others follow. */
  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    const cluster = await TestCluster.make(options)
    try {
      for (const server of cluster.servers) server.start()
      await cluster.settled()
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  get links(): Links {
    if (this.#links === null) throw new Error('this cluster was made without links')
    return this.#links
  }

  server(id: number): ServerProcess {
    const found = this.servers.find((server) => server.id === id)
    if (found === undefined) throw new Error(`there is no server ${id}`)
    return found
  }

  others(...without: readonly ServerProcess[]): ServerProcess[] {
    return this.servers.filter((server) => !without.includes(server))
  }

  /** Resolves with the leader when among these servers (default: those that run) one is established and all others follow it. */
  async settled(among?: readonly ServerProcess[]): Promise<ServerProcess> {
    return await this.until('one server leads and the others follow', async () => {
      const servers = among ?? this.servers.filter(({ running }) => running)
      const all = await Promise.all(servers.map((server) => server.status()))
      const leader = all.find(({ role, strength }) => role === 'leading' && strength === 'established')
      const agreed = leader !== undefined && all.every((status) => status === leader || follows(status, leader))
      return agreed && this.server(leader.id)
    })
  }

  /** Waits; on failure the servers' outputs are in the message. */
  async until<T>(what: string, ask: () => Promise<T | null | false> | T | null | false): Promise<T> {
    try {
      return await until(what, ask)
    } catch (error) {
      const states = await Promise.all(this.servers.map((server) => describe(server)))
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${states.join('\n')}`, { cause: error })
    }
  }

  /** A client that knows these servers (default all). Closed with the cluster. */
  async connect(
    tuning: ClientTuning & Pick<ConnectOptions, 'connectTimeoutMs'> = {},
    servers: readonly ServerProcess[] = this.servers,
  ): Promise<CoordinationClient> {
    const secret = this.#secret
    const client = await connect({
      cluster: this.name,
      servers: servers.map(({ endpoint }) => endpoint),
      ...(secret === undefined ? {} : { secret }),
      ...tuning,
    })
    this.#clients.push(client)
    return client
  }

  /** Ends everything and leaves nothing behind. */
  async close(): Promise<void> {
    const running = this.servers.filter((server) => server.running)
    for (const server of running) server.signal('SIGKILL')
    await Promise.all([...running.map(({ exited }) => exited), ...this.#clients.map((client) => client.close())])
    await this.#links?.close()
    await this.guard.close()
  }
}

function peersOf(id: number, ports: ReadonlyMap<number, number>, links: Links | null): Record<number, string> {
  return Object.fromEntries(
    [...ports].map(([to, port]) => [to, links === null || to === id ? `ws://127.0.0.1:${port}` : links.url(id, to)]),
  )
}

function follows(status: StatusDocument, leader: StatusDocument): boolean {
  return status.role === 'following' && status.leader === leader.id && status.epoch === leader.epoch
}

async function describe(server: ServerProcess): Promise<string> {
  const status = server.running ? await server.status().catch((error: unknown) => String(error)) : 'not running'
  const report = server.running && server.program === 'composed' ? await server.ask().catch(() => null) : null
  const events = report === null ? '' : `\n${report.lastEvents.join('\n')}`
  return `server ${server.id}: ${JSON.stringify(status)}\n${server.output.split('\n').slice(-25).join('\n')}${events}`
}
