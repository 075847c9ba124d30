import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { findFault, owner } from './pattern.ts'

const kills = 220

/** A process that writes until it is killed. It starts long before its turn, so that a turn costs only its writing. */
class Writer {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #exited: Promise<void>
  #lines: string[] = []
  #rest = ''
  #errors = ''
  #changed: () => void = () => {}

  /** `where`: the thread that syncs; `either`: as the disk is. */
  constructor(directory: string, where: 'worker' | 'caller' | 'either') {
    const callerSyncMs = { worker: '0', caller: '1000', either: '1' }[where]
    this.#process = spawn(process.execPath, [join(import.meta.dirname, 'children/writer.ts'), directory, callerSyncMs])
    this.#process.stderr.on('data', (data: Buffer) => (this.#errors += data.toString()))
    this.#process.stdout.on('data', (data: Buffer) => {
      const parts = (this.#rest + data.toString()).split('\n')
      this.#rest = parts.pop() ?? ''
      this.#lines.push(...parts)
      this.#changed()
    })
    this.#exited = new Promise((resolve) =>
      this.#process.on('close', () => {
        resolve()
        this.#changed()
      }),
    )
  }

  /** Lets it write, kills it once it has said this many lines, and returns all it said. */
  async killAfter(lines: number): Promise<string[]> {
    await this.#until(1)
    this.#process.stdin.write('go\n')
    await this.#until(1 + lines)
    this.#process.kill('SIGKILL')
    await this.#exited
    return this.#lines.slice(1)
  }

  async end(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#exited
  }

  #until(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#changed = () => {
        if (this.#lines.length >= count) resolve()
        else if (this.#process.exitCode !== null) reject(new Error(`the writer ended: ${this.#errors}`))
      }
      this.#changed()
    })
  }
}

describe('SIGKILL', () => {
  it(`loses nothing acknowledged and leaves no hole in ${kills} kills of a writing process`, { timeout: 300_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'synod-kill-'))
    const waiting = [new Writer(directory, 'worker'), new Writer(directory, 'caller')]
    let acknowledged = 0
    let appended = 0
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        const writer = waiting.shift()
        waiting.push(new Writer(directory, (['worker', 'caller', 'either'] as const)[kill % 3] ?? 'either'))
        // Every tenth dies at some point of its open; the others after some acknowledgements, in the midst of their work.
        const said = (await writer?.killAfter(kill % 10 === 0 ? 0 : 1 + Math.floor(Math.random() * 60))) ?? []
        for (const line of said) {
          const [word, first, last] = line.split(' ')
          if (word === 'found') expect(Number(last), `kill ${kill}: the end was lost`).toBeGreaterThanOrEqual(acknowledged)
          else expect(word, `kill ${kill}: ${line}`).toBe('acknowledged')
          acknowledged = Math.max(acknowledged, Number(word === 'found' ? last : first))
        }
        appended += said.length
      }
      const storage = createSqliteStorage({ directory })
      const { batches } = await storage.open(owner)
      expect(findFault(batches)).toBeNull()
      expect(batches.at(-1)?.sequence).toBeGreaterThanOrEqual(acknowledged)
      expect(appended).toBeGreaterThan(kills * 5)
      await storage.close()
    } finally {
      for (const writer of waiting) await writer.end()
      await rm(directory, { recursive: true })
    }
  })
})
