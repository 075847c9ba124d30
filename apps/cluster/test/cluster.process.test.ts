import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

const processes: ChildProcess[] = []
let folder = ''

afterEach(async () => {
  const ended = processes
    .splice(0)
    .map(
      (child) =>
        new Promise((resolve) => ((child.exitCode ?? child.signalCode) === null ? child.on('exit', resolve).kill('SIGKILL') : resolve(0))),
    )
  await Promise.all(ended)
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})

/** A program of this app, with what it has printed and a way to wait for a line. */
class Program {
  readonly child: ChildProcess
  readonly lines: string[] = []
  private readonly waiting = new Set<() => void>()

  constructor(name: string, args: readonly string[]) {
    const file = new URL(`../src/${name}`, import.meta.url).pathname
    this.child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    processes.push(this.child)
    let rest = ''
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const parts = `${rest}${chunk.toString()}`.split('\n')
      rest = parts.pop() ?? ''
      this.lines.push(...parts)
      for (const check of this.waiting) check()
    })
  }

  line(matches: (line: string) => boolean, from = 0): Promise<string> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.lines.slice(from).find(matches)
        if (found === undefined) return
        this.waiting.delete(check)
        resolve(found)
      }
      this.waiting.add(check)
      check()
    })
  }
}

/** A base port whose seven ports of this template are free. */
async function freeBasePort(): Promise<string> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 30_000)
    const wanted = [1, 2, 3, 11, 12, 13].map((offset) => base + offset)
    const free = await Promise.all(wanted.map(isFree))
    if (free.every(Boolean)) return String(base)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo
      server.close(() => resolve(bound === port))
    })
  })
}

it('counts under a lock while the leader is killed, and loses nothing', async () => {
  folder = mkdtempSync(join(tmpdir(), 'synod-cluster-'))
  const basePort = await freeBasePort()
  const servers = [1, 2, 3].map((id) => new Program('server-main.ts', [String(id), basePort, join(folder, String(id))]))
  const established = (line: string): boolean => line.includes('leading (established)')
  const first = await Promise.race(servers.map((server) => server.line(established).then(() => server)))

  const client = new Program('client-main.ts', [basePort])
  await client.line((line) => line.startsWith('counter 5,'))
  first.child.kill('SIGKILL')
  const before = client.lines.length
  const others = servers.filter((server) => server !== first)
  await Promise.race(others.map((server) => server.line(established)))
  const reached = Number(/counter (\d+)/.exec(await client.line(() => true, before))?.[1])
  await client.line((line) => line.startsWith(`counter ${reached + 5},`))

  const counted = client.lines.map((line) => Number(/counter (\d+)/.exec(line)?.[1]))
  expect(counted).toEqual(counted.map((_, at) => at + 1))
  const tokens = client.lines.map((line) => BigInt(/token (\d+)/.exec(line)?.[1] ?? '0'))
  expect(tokens.every((token, at) => at === 0 || token > (tokens[at - 1] ?? 0n))).toBe(true)
})
