import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunningCommand, synod } from './command-line.ts'
import type { CommandOptions, Ended } from './command-line.ts'

/** What `synod status --json` prints. */
export interface Status {
  readonly leader: number | null
  readonly epoch: number
  readonly servers: readonly {
    readonly id: number
    readonly role: string | null
    readonly epoch: number | null
    readonly zxid: { readonly epoch: number; readonly index: number } | null
    readonly pid: number
    readonly endpoint: string
    readonly reachable: boolean
  }[]
}

/** A `synod dev` on free ports in a folder of its own, and commands that find it there. */
export class DevCluster {
  readonly folder: string
  readonly dev: RunningCommand
  readonly #commands: RunningCommand[] = []

  constructor(args: readonly string[] = [], folder: string = mkdtempSync(join(tmpdir(), 'synod-dev-'))) {
    this.folder = folder
    this.dev = new RunningCommand(['dev', '--base-port', '0', ...args], { cwd: folder })
  }

  /** Resolves when all servers are up. */
  async up(): Promise<this> {
    await this.dev.prints(/ (?:is|are) up: server \d+ leads/)
    return this
  }

  run(...args: readonly string[]): Promise<Ended> {
    return synod(args, { cwd: this.folder })
  }

  start(args: readonly string[], options: Partial<CommandOptions> = {}): RunningCommand {
    const command = new RunningCommand(args, { cwd: this.folder, ...options })
    this.#commands.push(command)
    return command
  }

  async status(): Promise<Status> {
    return JSON.parse((await this.run('status', '--json')).stdout) as Status
  }

  /** The process of the leader. */
  async leaderPid(): Promise<number> {
    const { leader, servers } = await this.status()
    return servers.find(({ id }) => id === leader)?.pid ?? 0
  }

  async end(): Promise<void> {
    for (const command of this.#commands) command.child.kill('SIGKILL')
    await this.dev.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
