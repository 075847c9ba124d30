import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { isServerMessage } from '../server-report.ts'
import type { ServerFailure, ServerReport, StopRequest } from '../server-report.ts'

/** What is known of one server. */
export interface ServerState {
  readonly id: number
  readonly endpoint: string
  readonly peer: string
  /** 0 while it does not run. */
  readonly pid: number
  /** The last of this life; `null` until the first. */
  readonly report: ServerReport | null
}

/** How a server's process ended. */
export interface ServerEnd {
  readonly pid: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it said about it, if it did. */
  readonly failure: ServerFailure | null
}

export interface ServerProcessOptions {
  readonly id: number
  readonly endpoint: string
  readonly peer: string
  /** Arguments of `node` that run this server. */
  readonly args: readonly string[]
  /** Gets what it prints. */
  readonly logFile: string
  readonly onReport: () => void
  readonly onEnd: (end: ServerEnd) => void
}

/** One server of a `synod dev`: a process that is started, killed and started again. */
export class ServerProcess {
  readonly id: number
  readonly #options: ServerProcessOptions
  #child: ChildProcess | null = null
  #report: ServerReport | null = null
  #failure: ServerFailure | null = null

  constructor(options: ServerProcessOptions) {
    this.id = options.id
    this.#options = options
  }

  get state(): ServerState {
    const { id, endpoint, peer } = this.#options
    return { id, endpoint, peer, pid: this.#child?.pid ?? 0, report: this.#report }
  }

  /** Does nothing while it runs. Its own process group keeps the terminal's Ctrl-C away from it. */
  start(): void {
    if (this.#child !== null) return
    this.#report = null
    this.#failure = null
    const log = openSync(this.#options.logFile, 'a')
    const child = spawn(process.execPath, [...this.#options.args], {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
      env: ownEnvironment(),
    })
    closeSync(log)
    this.#child = child
    child.on('message', (message) => this.#onMessage(message))
    child.on('error', (error) => {
      this.#failure ??= { type: 'failure', code: 'ERROR', message: error.message }
      if (child.pid === undefined) this.#ended(child, null, null)
    })
    child.on('exit', (code, signal) => this.#ended(child, code, signal))
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Asks it to stop at once, in order but without handing over. */
  stop(): void {
    const request: StopRequest = { type: 'stop' }
    if (this.#child?.connected === true) this.#child.send(request, () => {})
  }

  #onMessage(message: unknown): void {
    if (!isServerMessage(message)) return
    if (message.type === 'failure') {
      this.#failure = message
      return
    }
    this.#report = message
    this.#options.onReport()
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return
    this.#child = null
    this.#report = null
    this.#options.onEnd({ pid: child.pid ?? 0, code, signal, failure: this.#failure })
  }
}

/** Variables that stand above a config file are not meant for these servers, which have files of their own. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { SYNOD_ID: _id, SYNOD_DATA_DIR: _dataDir, ...rest } = process.env
  return rest
}
