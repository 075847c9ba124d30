import { exitCodes, signalExitCode } from '../exit-codes.ts'
import type { ClusterView } from './cluster-view.ts'
import { clusterOf, leaderChanged } from './cluster-view.ts'
import { lockFolder } from './folder-lock.ts'
import { LocalCluster } from './local-cluster.ts'
import type { LocalClusterEvents } from './local-cluster.ts'
import { returned } from './messages.ts'
import { choosePorts } from './ports.ts'
import type { ServerEnd } from './server-process.ts'
import { resolveDev } from './settings.ts'
import type { DevFlags } from './settings.ts'
import { JsonVoice, TextVoice } from './voice.ts'
import type { Voice } from './voice.ts'

const killAfterMs = 5_000

/** `synod dev`: servers on this machine until a signal or a key ends them. Resolves with the exit code. */
export async function dev(flags: DevFlags): Promise<number> {
  const begun = performance.now()
  const settings = resolveDev(flags)
  const unlock = lockFolder(settings.dir)
  try {
    const ports = await choosePorts(settings.basePort, settings.serverCount)
    const session = new DevSession(flags.json === true ? new JsonVoice(settings) : new TextVoice(settings), begun)
    session.run(new LocalCluster(settings, ports, session))
    return await session.ended
  } finally {
    unlock()
  }
}

/** What happens between one `synod dev`, its servers and its user. */
class DevSession implements LocalClusterEvents {
  readonly ended: Promise<number>
  readonly #voice: Voice
  readonly #begun: number
  #end: (code: number) => void = () => {}
  #cluster: LocalCluster | null = null
  #seen: ClusterView = clusterOf([])
  /** Servers that died and do not serve again yet. */
  readonly #away: Set<number> = new Set()
  #complete = false
  #stopping = false

  constructor(voice: Voice, begun: number) {
    this.#voice = voice
    this.#begun = begun
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  run(cluster: LocalCluster): void {
    this.#cluster = cluster
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#stop(signal))
    if (process.stdout.isTTY && process.stdin.isTTY) this.#listenToKeys()
    this.#voice.starting()
    cluster.start()
    this.#seen = cluster.view
  }

  onChange(): void {
    const view = this.#cluster?.view
    if (view === undefined || this.#stopping) return
    const before = this.#seen
    this.#seen = view
    if (this.#complete) {
      if (leaderChanged(before, view)) this.#voice.leader(before, view)
      for (const server of returned(this.#away, view)) {
        this.#away.delete(server.id)
        this.#voice.back(server)
      }
    } else if (view.complete) {
      this.#complete = true
      this.#away.clear()
      this.#voice.up(view, performance.now() - this.#begun)
    }
    this.#voice.picture(view)
  }

  onEnd(id: number, end: ServerEnd, restarting: boolean): void {
    this.#away.add(id)
    this.#voice.down(id, end, restarting)
    if (!this.#complete && end.code === exitCodes.portInUse) void this.#finish(exitCodes.portInUse)
  }

  /** Only on a terminal: without one, whatever standard input does, it stays. */
  #listenToKeys(): void {
    const { stdin } = process
    stdin.setRawMode(true)
    stdin.setEncoding('utf8')
    stdin.on('data', (keys: string) => {
      for (const key of keys) this.#onKey(key)
    })
    void this.ended.then(() => {
      stdin.setRawMode(false)
      stdin.pause()
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
    this.#voice.stopping()
    const timer = setTimeout(() => this.#cluster?.kill(), killAfterMs)
    await this.#cluster?.stop()
    clearTimeout(timer)
    this.#voice.stopped()
    this.#end(code)
  }
}
