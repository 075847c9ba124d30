import { TestCluster } from '@tooling/faults/src/test-cluster.ts'
import { Relay } from '@tooling/faults/src/relay.ts'
import type { ServerProcess } from '@tooling/faults/src/server-process.ts'
import type { ProcessChange, Recording } from './recording.ts'

/** Small, so that snapshots, truncation and followers that need a snapshot come up within minutes. */
const limits = { snapshotLogBytesMin: 64 * 1024, snapshotLogEntriesMax: 2_000 }

/** Real servers, with relays in every link between them and in front of each one's port for clients. */
export class ChaosCluster {
  readonly servers: readonly ServerProcess[]
  readonly ids: readonly number[]
  readonly inner: TestCluster
  readonly #relays: ReadonlyMap<number, Relay>
  readonly #recording: Recording
  /** Those whose end was asked for. */
  readonly #asked = new Set<number>()

  private constructor(inner: TestCluster, relays: ReadonlyMap<number, Relay>, recording: Recording) {
    this.inner = inner
    this.servers = inner.servers
    this.ids = inner.servers.map(({ id }) => id)
    this.#relays = relays
    this.#recording = recording
  }

  /** Starts all servers and waits until one leads. */
  static async start(size: number, recording: Recording): Promise<ChaosCluster> {
    const inner = await TestCluster.make({ size, links: true, cluster: 'chaos' })
    try {
      const relays = new Map<number, Relay>()
      for (const { id, config } of inner.servers) relays.set(id, await Relay.to(() => config.clients.port))
      const cluster = new ChaosCluster(inner, relays, recording)
      for (const { id } of inner.servers) cluster.start(id)
      await inner.settled()
      return cluster
    } catch (error) {
      await inner.close()
      throw error
    }
  }

  /** Where clients reach the servers: always through a relay. */
  get endpoints(): string[] {
    return this.ids.map((id) => this.relay(id).url)
  }

  relay(id: number): Relay {
    const relay = this.#relays.get(id)
    if (relay === undefined) throw new Error(`there is no server ${id}`)
    return relay
  }

  start(id: number): void {
    const server = this.inner.server(id)
    const clients = { port: server.config.clients.port, advertise: this.relay(id).url }
    const config = { clients, limits }
    this.#asked.delete(id)
    server.start(config)
    this.note(id, 'running')
    void server.exited.then(({ code, signal }) => {
      this.note(id, 'down')
      if (this.#asked.has(id)) return
      this.#recording.surprise(`server ${id} ended by itself (code ${code}, signal ${signal}):\n${lastLines(server.output)}`)
    })
  }

  /** Sends a signal that ends the server, and resolves when it has ended. */
  async end(id: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = this.inner.server(id)
    this.expectEnd(id)
    if (server.running) server.signal(signal)
    await server.exited
  }

  /** From now on the end of this server is no surprise. */
  expectEnd(id: number): void {
    this.#asked.add(id)
  }

  note(server: number, state: ProcessChange['state']): void {
    this.#recording.processes.push({ at: this.#recording.now(), server, state })
  }

  async close(): Promise<void> {
    for (const id of this.ids) this.expectEnd(id)
    await this.inner.close()
    await Promise.all([...this.#relays.values()].map((relay) => relay.close()))
  }
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-12).join('\n')
}
