import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Guard } from './guard.ts'

/** How a server is started. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  /** What it prints goes here. */
  readonly logFile: string
  readonly env?: Readonly<Record<string, string>>
}

/** One real server process, which can be killed, stopped, continued and started again with the same data. */
export class Server {
  readonly #how: ServerCommand
  readonly #guard: Guard
  #process: ChildProcess | null = null

  constructor(how: ServerCommand, guard: Guard) {
    this.#how = how
    this.#guard = guard
  }

  start(): void {
    const { command, args, logFile, env } = this.#how
    const log = openSync(logFile, 'a')
    const started = spawn(command, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } })
    closeSync(log)
    started.once('error', () => {})
    const { pid } = started
    if (pid === undefined) throw new Error(`${command} could not be started`)
    this.#guard.watch(pid)
    started.once('exit', () => this.#guard.forget(pid))
    this.#process = started
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Null while it runs; afterwards why it ended, with the end of what it printed. */
  get ended(): string | null {
    const ended = this.#process
    if (ended === null || (ended.exitCode === null && ended.signalCode === null)) return null
    const log = readFileSync(this.#how.logFile, 'utf8').trim().split('\n').slice(-8).join('\n')
    return `a server ended (${String(ended.exitCode ?? ended.signalCode)}); the end of what it printed:\n${log}`
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  /** Ends it and waits until it is gone; with `SIGTERM` it gets five seconds. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ending = this.#process
    if (ending === null || this.ended !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    if (signal === 'SIGTERM') await Promise.race([gone, sleep(5_000, undefined, { ref: false })])
    ending.kill('SIGKILL')
    await gone
  }

  /** Its resident memory in MB. Linux only. */
  residentMb(): number {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) / 1024
  }
}
