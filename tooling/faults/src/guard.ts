import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const guardian = join(import.meta.dirname, 'guardian.js')

/**
 * Owns everything that a test leaves on the machine: processes (stopped ones, too), folders, mounts. One way of cleaning up for the
 * end of a test, its failure, and the death of its process.
 */
export class Guard {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>

  constructor() {
    this.#child = spawn(process.execPath, [guardian], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] })
    this.#exited = once(this.#child, 'exit')
  }

  watch(pid: number): void {
    this.#tell({ watch: pid })
  }

  /** The process has ended; its number may soon be another's. */
  forget(pid: number): void {
    this.#tell({ forget: pid })
  }

  /** An empty folder of its own. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'synod-faults-'))
    this.#tell({ folder })
    return folder
  }

  /** A file system in memory of that many bytes at a new folder. Needs root. */
  smallDisk(path: string, bytes: number): void {
    mkdirSync(path, { recursive: true })
    this.#tell({ mount: path })
    mount(['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', path])
  }

  /** Gives a small disk more room. */
  growDisk(path: string, bytes: number): void {
    mount(['-o', `remount,size=${bytes}`, path])
  }

  async close(): Promise<void> {
    this.#child.stdin?.end()
    await this.#exited
  }

  #tell(line: object): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`)
  }
}

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', [...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}
