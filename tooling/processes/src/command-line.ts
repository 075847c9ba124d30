import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const bin = join(dirname(createRequire(import.meta.url).resolve('synod/package.json')), 'bin/synod.js')

/** How a command is run. */
export interface CommandOptions {
  readonly cwd: string
  /** What it reads from standard input; nothing by default. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** How a command ended. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A `synod` command that runs: what it has printed, and its end. */
export class RunningCommand {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''
  readonly #watchers: Set<() => void> = new Set()
  #code: number | null = null

  constructor(args: readonly string[], { cwd, input, env }: CommandOptions) {
    const { SYNOD_SERVERS: _servers, SYNOD_SECRET: _secret, ...clean } = process.env
    this.child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...clean, ...env }, stdio: 'pipe' })
    this.child.stdin?.end(input)
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text
        this.#changed()
      })
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject)
      this.child.on('close', (code, signal) => {
        this.#code = code ?? (signal === 'SIGKILL' ? 137 : 143)
        this.#changed()
        resolve({ code: this.#code, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Resolves with the first match in what it has printed, now or later. Rejects when it ends without one. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(this.stdout + this.stderr)
        if (match === null && this.#code === null) return
        this.#watchers.delete(check)
        if (match !== null) resolve(match)
        else reject(new Error(`it ended with ${this.#code} and never printed ${pattern}:\n${this.stdout}${this.stderr}`))
      }
      this.#watchers.add(check)
      check()
    })
  }

  /** Ends it and waits for that. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal)
    return await this.ended
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}

/** Runs a command to its end. */
export async function synod(args: readonly string[], options: CommandOptions): Promise<Ended> {
  return await new RunningCommand(args, options).ended
}
