import { join } from 'node:path'
import { exitCodes, signalExitCode } from '../exit-codes.ts'
import { printLine } from '../output.ts'
import type { ClusterView } from './cluster-view.ts'
import { clusterOf } from './cluster-view.ts'
import { lockFolder } from './folder-lock.ts'
import { LocalCluster } from './local-cluster.ts'
import { describeEnd, describeLeader, describeReturn, returned, welcome } from './messages.ts'
import { choosePorts } from './ports.ts'
import { Screen } from './screen.ts'
import type { ServerEnd } from './server-process.ts'
import { resolveDev } from './settings.ts'
import type { DevFlags, DevSettings } from './settings.ts'
import { keyHelp, statusTable } from './status-table.ts'

const killAfterMs = 5_000

/** `synod dev`: servers on this machine until a signal or a key ends them. Resolves with the exit code. */
export async function dev(flags: DevFlags): Promise<number> {
  const begun = performance.now()
  const settings = resolveDev(flags)
  const unlock = lockFolder(settings.dir)
  try {
    const ports = await choosePorts(settings.basePort, settings.serverCount)
    const session = new DevSession(settings, begun)
    session.run(new LocalCluster(settings, ports, session))
    return await session.ended
  } finally {
    unlock()
  }
}

/** What the user of one `synod dev` sees and does. */
class DevSession {
  readonly ended: Promise<number>
  readonly #settings: DevSettings
  readonly #begun: number
  readonly #screen: Screen | null = process.stdout.isTTY ? new Screen(process.stdout) : null
  #end: (code: number) => void = () => {}
  #cluster: LocalCluster | null = null
  #seen: ClusterView = clusterOf([])
  readonly #away: Set<number> = new Set()
  #welcomed = false
  #stopping = false

  constructor(settings: DevSettings, begun: number) {
    this.#settings = settings
    this.#begun = begun
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  run(cluster: LocalCluster): void {
    this.#cluster = cluster
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#stop(signal))
    this.#listenToKeys()
    const { serverCount, dir } = this.#settings
    this.#say([`starting ${serverCount === 1 ? 'a server' : `${serverCount} servers`} on 127.0.0.1; data, configs and logs are in ${dir}`])
    cluster.start()
    this.#seen = cluster.view
  }

  onChange(): void {
    const view = this.#cluster?.view
    if (view === undefined || this.#stopping) return
    const before = this.#seen
    this.#seen = view
    if (this.#welcomed) this.#tellChanges(before, view)
    else if (view.complete) this.#welcome(view)
    this.#screen?.show([...statusTable(view), ...(process.stdin.isTTY ? [keyHelp(view)] : [])])
  }

  onEnd(id: number, end: ServerEnd, restarting: boolean): void {
    this.#away.add(id)
    this.#say([describeEnd(id, end, { restarting, logFile: join(this.#settings.dir, `server-${id}.log`) })])
    if (!this.#welcomed && end.code === exitCodes.portInUse) void this.#finish(exitCodes.portInUse)
  }

  #welcome(view: ClusterView): void {
    this.#welcomed = true
    this.#away.clear()
    this.#say(welcome(view, { dir: this.#settings.dir, cwd: process.cwd(), sinceMs: performance.now() - this.#begun }))
  }

  #tellChanges(before: ClusterView, view: ClusterView): void {
    const leader = describeLeader(before, view)
    if (leader !== null) this.#say([leader])
    for (const server of returned(this.#away, view)) {
      this.#away.delete(server.id)
      this.#say([describeReturn(server)])
    }
  }

  #say(lines: readonly string[]): void {
    if (lines.length === 0) return
    if (this.#screen === null) for (const line of lines) printLine(line)
    else this.#screen.say(lines)
  }

  /** Without a terminal nothing is read: whatever standard input does, it stays. */
  #listenToKeys(): void {
    const { stdin } = process
    if (!stdin.isTTY || this.#screen === null) return
    stdin.setRawMode(true)
    stdin.setEncoding('utf8')
    stdin.on('data', (keys: string) => {
      for (const key of keys) this.#onKey(key)
    })
  }

  #onKey(key: string): void {
    if (key === 'q' || key === '\u0003' || key === '\u0004') this.#stop('SIGINT')
    else if (/^[1-9]$/.test(key)) this.#cluster?.toggle(Number(key))
    else if (key === 'l' && this.#seen.leader !== null) this.#cluster?.toggle(this.#seen.leader)
  }

  /** The second time it does not wait. */
  #stop(signal: NodeJS.Signals): void {
    if (this.#stopping) this.#cluster?.kill()
    else void this.#finish(signal === 'SIGINT' ? exitCodes.ok : signalExitCode(signal))
  }

  async #finish(code: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    this.#screen?.show([])
    this.#say(['stopping the servers'])
    const timer = setTimeout(() => this.#cluster?.kill(), killAfterMs)
    await this.#cluster?.stop()
    clearTimeout(timer)
    if (process.stdin.isTTY && this.#screen !== null) {
      process.stdin.setRawMode(false)
      process.stdin.pause()
    }
    this.#say(['all servers have ended; their data stays'])
    this.#end(code)
  }
}
