import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { System } from '../systems.ts'
import { until } from '../waiting.ts'
import type { Guard } from './guard.ts'
import { Server } from './server.ts'
import type { ServerCommand } from './server.ts'

/** What one server says of itself. */
export interface Standing {
  readonly leads: boolean
  readonly follows: boolean
  /** The last write it has executed, to see whether a restarted server has caught up. */
  readonly applied: bigint
  readonly version: string
}

/** How the three servers of a system are run: what differs between the systems. */
export interface Recipe {
  readonly system: System
  /** Where clients connect, one of each server. */
  readonly endpoints: readonly string[]
  /** Writes what server `index` needs into `folder`, and says how to start it. */
  prepare(index: number, folder: string): ServerCommand
  standing(index: number): Promise<Standing>
  /** How an ensemble that is no longer needed is ended. Default `SIGKILL`. */
  readonly endBy?: 'SIGTERM'
}

const patienceMs = 60_000

/** Three servers of one system on this machine, in a folder of their own. */
export class Ensemble {
  readonly recipe: Recipe
  readonly servers: readonly Server[]

  constructor(recipe: Recipe, guard: Guard, folder: string) {
    this.recipe = recipe
    this.servers = recipe.endpoints.map((_, index) => {
      const own = join(folder, String(index + 1))
      mkdirSync(own, { recursive: true })
      return new Server(recipe.prepare(index, own), guard)
    })
  }

  get endpoints(): readonly string[] {
    return this.recipe.endpoints
  }

  start(): void {
    for (const server of this.servers) server.start()
  }

  /** Resolves with the leader's index and the version when one leads, all others follow, and nobody is more than a few writes behind. */
  healthy(): Promise<{ readonly leader: number; readonly version: string }> {
    return until(`three healthy servers of ${this.recipe.system}`, patienceMs, async () => {
      const all = await Promise.all(this.servers.map((_, index) => this.recipe.standing(index)))
      const leader = all.findIndex(({ leads }) => leads)
      const first = all[leader]
      if (first === undefined || !all.every(({ leads, follows }, index) => (index === leader ? leads : follows))) return null
      return all.every(({ applied }) => applied + 16n >= first.applied) ? { leader, version: first.version } : null
    }).catch((error: unknown) => {
      const dead = this.servers.map(({ ended }) => ended).find((ended) => ended !== null)
      throw dead === undefined ? error : new Error(dead, { cause: error })
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end(this.recipe.endBy ?? 'SIGKILL')))
  }
}
