import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../src/main.ts')

/** One process of the app, by the lines that it prints. */
export class Member {
  readonly id: number
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  #onLine: () => void = () => undefined
  #rest = ''

  constructor(id: number, args: readonly string[]) {
    this.id = id
    this.#child = spawn(process.execPath, [main, '--id', String(id), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#exited = once(this.#child, 'exit')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#take(text))
  }

  /** Waits until a line contains `text`, also an earlier one from line `from` on. Rejects when the process ends before. */
  async line(text: string, from = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(from).find((line) => line.includes(text))
      if (found !== undefined) return found
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`process ${this.id} ended without "${text}":\n${this.lines.join('\n')}`)
      }
      await Promise.race([new Promise<void>((resolve) => (this.#onLine = resolve)), this.#exited])
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Ends the process, whatever state it is in, and returns its exit code. */
  async end(name: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.signal(name)
      this.signal('SIGCONT')
      await this.#exited
    }
    return this.#child.exitCode
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop() ?? ''
    this.lines.push(...parts)
    this.#onLine()
  }
}

/** Ports of the loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** The first member, other than `except`, that prints a line with `text`. */
export function firstWith(members: readonly Member[], text: string, except?: Member): Promise<Member> {
  return Promise.any(members.filter((member) => member !== except).map((member) => member.line(text).then(() => member)))
}
