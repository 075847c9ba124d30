import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { serverStatus } from '@synod/client'
import type { StatusDocument } from '@synod/client'
import type { Answer, ComposedConfig, Order, Report } from './composed-config.ts'
import type { Guard } from './guard.ts'

const synod = join(dirname(createRequire(import.meta.url).resolve('synod/package.json')), 'bin/synod.js')
const composed = join(import.meta.dirname, 'composed-server.ts')

/** `serve`: what users run. `composed`: the same parts put together by hand, with a disk that can be made slow, and its counters told. */
export type Program = 'serve' | 'composed'

/** How a server process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a server process is started with. */
export interface ServerProcessOptions {
  readonly program: Program
  readonly config: ComposedConfig
  readonly configFile: string
  readonly guard: Guard
}

/** One server in a process of its own; it can be started again after its end. */
export class ServerProcess {
  readonly id: number
  readonly config: ComposedConfig
  readonly endpoint: string
  readonly #options: ServerProcessOptions
  #child: ChildProcess | null = null
  #exit: Promise<Exit> = Promise.resolve({ code: 0, signal: null })
  #output = ''
  #lastRequest = 0
  readonly #answers = new Map<number, (report: Report) => void>()

  constructor(options: ServerProcessOptions) {
    this.#options = options
    this.config = options.config
    this.id = options.config.id
    this.endpoint = `ws://127.0.0.1:${options.config.clients.port}`
  }

  get program(): Program {
    return this.#options.program
  }

  get running(): boolean {
    return this.#child !== null
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** What it printed since its last start. */
  get output(): string {
    return this.#output
  }

  /** How its last life ended. */
  get exited(): Promise<Exit> {
    return this.#exit
  }

  /** Starts the process; `changes` stand above its config for this life. */
  start(changes: Partial<ComposedConfig> = {}): void {
    this.startWith(JSON.stringify({ ...this.config, ...changes }))
  }

  /** Starts the process with this text in its config file, whatever it is. */
  startWith(text: string): void {
    if (this.#child !== null) throw new Error(`server ${this.id} runs already`)
    const { program, configFile, guard } = this.#options
    writeFileSync(configFile, text)
    const args = program === 'serve' ? [synod, 'serve', '--config', configFile] : [composed, configFile]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', ...(program === 'serve' ? [] : ['ipc' as const])] })
    this.#child = child
    this.#output = ''
    const { pid } = child
    if (pid !== undefined) guard.watch(pid)
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    child.on('message', (answer: Answer) => {
      this.#answers.get(answer.request)?.(answer.report)
      this.#answers.delete(answer.request)
    })
    child.once('exit', () => {
      this.#child = null
      if (pid !== undefined) guard.forget(pid)
    })
    this.#exit = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** Dead at once, as after a loss of power; resolves when it is. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exit
  }

  /** Ends it in order; resolves when it has ended. */
  async end(): Promise<Exit> {
    this.signal('SIGTERM')
    return await this.#exit
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  status(): Promise<StatusDocument> {
    const { cluster, secret } = this.config
    return serverStatus(this.endpoint, { cluster, ...(secret === undefined ? {} : { secret }) })
  }

  /** For a composed server: changes the behaviour of its disk when told to, and gives its counters. */
  ask(order: Order = {}): Promise<Report> {
    this.#lastRequest += 1
    const request = this.#lastRequest
    return new Promise((resolve, reject) => {
      this.#answers.set(request, resolve)
      if (this.#child === null) reject(new Error(`server ${this.id} does not run`))
      else this.#child.send({ request, order }, (error) => error !== null && reject(error))
    })
  }
}
