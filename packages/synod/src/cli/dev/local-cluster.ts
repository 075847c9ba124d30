import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeCluster, writeCluster } from '../cluster-file.ts'
import { exitCodes } from '../exit-codes.ts'
import { clusterOf } from './cluster-view.ts'
import type { ClusterView } from './cluster-view.ts'
import type { ServerPorts } from './ports.ts'
import { ServerProcess } from './server-process.ts'
import type { ServerEnd } from './server-process.ts'
import { dataDirOf } from './settings.ts'
import type { DevSettings } from './settings.ts'

/** Name of every cluster that `synod dev` runs. */
export const devClusterName = 'dev'

/** What happens in a local cluster, for those who show it. */
export interface LocalClusterEvents {
  /** Anything about any server has changed. */
  onChange(): void
  /** `restarting`: it is started again in 3 s. */
  onEnd(id: number, end: ServerEnd, restarting: boolean): void
}

const restartDelayMs = 3_000
/** Starting these again does not help. */
const hopeless: readonly (number | null)[] = [exitCodes.usage, exitCodes.storage]

/** The servers of a `synod dev`: child processes that are started again when they die. */
export class LocalCluster {
  readonly #settings: DevSettings
  readonly #events: LocalClusterEvents
  readonly #servers: readonly ServerProcess[]
  readonly #restarts: Map<number, NodeJS.Timeout> = new Map()
  #stopping = false
  #onAllEnded: (() => void) | null = null

  constructor(settings: DevSettings, ports: readonly ServerPorts[], events: LocalClusterEvents) {
    this.#settings = settings
    this.#events = events
    this.#servers = ports.map((own, index) => this.#makeServer(index + 1, own, writeConfig(settings, ports, index + 1)))
  }

  get view(): ClusterView {
    return clusterOf(this.#servers.map(({ state }) => state))
  }

  start(): void {
    for (const server of this.#servers) server.start()
    this.#save()
  }

  /** Starts a server that does not run; kills one that does, as a crash would. */
  toggle(id: number): void {
    const server = this.#servers[id - 1]
    if (server === undefined || this.#stopping) return
    if (server.state.pid !== 0) return server.kill('SIGKILL')
    this.#start(server)
  }

  /** Stops all servers; resolves when none runs. */
  stop(): Promise<void> {
    this.#stopping = true
    for (const timer of this.#restarts.values()) clearTimeout(timer)
    this.#restarts.clear()
    const ended = new Promise<void>((resolve) => {
      this.#onAllEnded = resolve
    })
    for (const server of this.#servers) server.stop()
    this.#checkAllEnded()
    return ended.then(() => removeCluster(this.#settings.dir))
  }

  kill(): void {
    for (const server of this.#servers) server.kill('SIGKILL')
  }

  #makeServer(id: number, ports: ServerPorts, config: string): ServerProcess {
    const bin = fileURLToPath(new URL('../../../bin/synod.js', import.meta.url))
    return new ServerProcess({
      id,
      endpoint: `ws://127.0.0.1:${ports.client}`,
      peer: `ws://127.0.0.1:${ports.peer}`,
      args: [bin, 'serve', '--config', config, '--supervised'],
      logFile: join(this.#settings.dir, `server-${id}.log`),
      onReport: () => this.#events.onChange(),
      onEnd: (end) => this.#onEnd(id, end),
    })
  }

  #start(server: ServerProcess): void {
    clearTimeout(this.#restarts.get(server.id))
    this.#restarts.delete(server.id)
    server.start()
    this.#save()
    this.#events.onChange()
  }

  #onEnd(id: number, end: ServerEnd): void {
    if (this.#stopping) return this.#checkAllEnded()
    const server = this.#servers[id - 1]
    const restarting = this.#settings.restart && !hopeless.includes(end.code)
    if (restarting && server !== undefined)
      this.#restarts.set(
        id,
        setTimeout(() => this.#start(server), restartDelayMs),
      )
    this.#save()
    this.#events.onEnd(id, end, restarting)
    this.#events.onChange()
  }

  #checkAllEnded(): void {
    if (this.#servers.every(({ state }) => state.pid === 0)) this.#onAllEnded?.()
  }

  #save(): void {
    const servers = this.#servers.map(({ state: { id, endpoint, peer, pid } }) => ({ id, endpoint, peer, pid }))
    writeCluster(this.#settings.dir, { cluster: devClusterName, pid: process.pid, servers })
  }
}

/** The config file of one server, which `synod serve` can also run by hand. */
function writeConfig({ dir }: DevSettings, ports: readonly ServerPorts[], id: number): string {
  const config = {
    cluster: devClusterName,
    id,
    dataDir: dataDirOf('.', id),
    peers: Object.fromEntries(ports.map(({ peer }, index) => [index + 1, `ws://127.0.0.1:${peer}`])),
    clients: { port: ports[id - 1]?.client },
  }
  mkdirSync(dir, { recursive: true })
  const path = join(dir, `server-${id}.json`)
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`)
  return path
}
