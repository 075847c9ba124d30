import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the guardian is told. */
export type GuardianMessage = { readonly watch: number } | { readonly forget: number } | { readonly folder: string }

/**
 * Sees to it that no server and no file outlives the benchmark, also when that is ended by SIGKILL: a process beside it ends the servers
 * and removes the folder as soon as the channel between the two closes.
 */
export class Guard {
  /** The folder for everything that the benchmark writes; it goes with the benchmark. */
  readonly folder: string
  readonly #guardian: ChildProcess

  constructor() {
    const script = fileURLToPath(new URL('../guardian.ts', import.meta.url))
    this.#guardian = fork(script, { detached: true, stdio: 'ignore', execArgv: [] })
    this.folder = mkdtempSync(join(tmpdir(), 'synod-bench-'))
    this.#tell({ folder: this.folder })
    this.#guardian.unref()
    this.#guardian.channel?.unref()
  }

  watch(pid: number): void {
    this.#tell({ watch: pid })
  }

  forget(pid: number): void {
    this.#tell({ forget: pid })
  }

  /** Lets the guardian clean up now; resolves when it has. */
  close(): Promise<void> {
    if (this.#guardian.exitCode !== null) return Promise.resolve()
    this.#guardian.ref()
    return new Promise((resolve) => {
      this.#guardian.once('exit', () => resolve())
      this.#guardian.disconnect()
    })
  }

  #tell(message: GuardianMessage): void {
    this.#guardian.send(message)
  }
}
