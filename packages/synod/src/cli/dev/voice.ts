import { join } from 'node:path'
import { printJson, printLine } from '../output.ts'
import type { ClusterView } from './cluster-view.ts'
import { describeEnd, describeLeader, describeReturn, describeStart, welcome } from './messages.ts'
import { Screen } from './screen.ts'
import type { ServerEnd, ServerState } from './server-process.ts'
import type { DevSettings } from './settings.ts'
import { keyHelp, statusTable } from './status-table.ts'

/** How a `synod dev` tells what happens. */
export interface Voice {
  starting(): void
  /** All servers are there for the first time. */
  up(view: ClusterView, afterMs: number): void
  leader(before: ClusterView, view: ClusterView): void
  down(id: number, end: ServerEnd, restarting: boolean): void
  back(server: ServerState): void
  stopping(): void
  stopped(): void
  /** Something about the servers is different. */
  picture(view: ClusterView): void
}

/** For people: lines, and on a terminal the state of the servers below them. */
export class TextVoice implements Voice {
  readonly #settings: DevSettings
  readonly #screen: Screen | null = process.stdout.isTTY ? new Screen(process.stdout) : null

  constructor(settings: DevSettings) {
    this.#settings = settings
  }

  starting(): void {
    this.#say([describeStart(this.#settings)])
  }

  up(view: ClusterView, afterMs: number): void {
    this.#say(welcome(view, { dir: this.#settings.dir, cwd: process.cwd(), afterMs, restart: this.#settings.restart }))
  }

  leader(before: ClusterView, view: ClusterView): void {
    this.#say([describeLeader(before, view)])
  }

  down(id: number, end: ServerEnd, restarting: boolean): void {
    this.#say([describeEnd(id, end, { restarting, logFile: join(this.#settings.dir, `server-${id}.log`) })])
  }

  back(server: ServerState): void {
    this.#say([describeReturn(server)])
  }

  stopping(): void {
    this.#screen?.show([])
    this.#say(['stopping the servers'])
  }

  stopped(): void {
    this.#say(['all servers have ended; their data stays'])
  }

  picture(view: ClusterView): void {
    this.#screen?.show([...statusTable(view), ...(process.stdin.isTTY ? [keyHelp(view)] : [])])
  }

  #say(lines: readonly string[]): void {
    if (this.#screen === null) for (const line of lines) printLine(line)
    else this.#screen.say(lines)
  }
}

/** For programs: one event a line. */
export class JsonVoice implements Voice {
  readonly #settings: DevSettings

  constructor(settings: DevSettings) {
    this.#settings = settings
  }

  starting(): void {
    const { dir, serverCount } = this.#settings
    printJson({ event: 'starting', dir, servers: serverCount })
  }

  up({ leader, epoch, servers }: ClusterView, afterMs: number): void {
    printJson({
      event: 'up',
      leader,
      epoch,
      afterMs: Math.round(afterMs),
      servers: servers.map(({ id, endpoint, peer, pid }) => ({ id, endpoint, peer, pid })),
    })
  }

  leader(_before: ClusterView, { leader, epoch }: ClusterView): void {
    printJson({ event: 'leader', leader, epoch })
  }

  down(id: number, { pid, code, signal, failure }: ServerEnd, restarting: boolean): void {
    const error = failure === null ? null : { code: failure.code, message: failure.message }
    printJson({ event: 'down', id, pid, exitCode: code, signal, error, restarting })
  }

  back({ id, pid }: ServerState): void {
    printJson({ event: 'back', id, pid })
  }

  stopping(): void {
    printJson({ event: 'stopping' })
  }

  stopped(): void {
    printJson({ event: 'stopped' })
  }

  picture(): void {
    // Programs get events only; `synod status --json` is the picture.
  }
}
