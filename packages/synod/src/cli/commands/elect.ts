import { hostname } from 'node:os'
import { LeaderElection } from '@synod/recipes/leader-election'
import { runHeld } from '../run-held.ts'
import type { RunHeldOptions } from '../run-held.ts'
import type { Target } from '../target.ts'
import { acquiring } from './acquiring.ts'

/** Options of `synod elect`. */
export interface ElectCommandOptions extends RunHeldOptions {
  /** Name of this candidate for observers. */
  readonly name?: string
  readonly sessionTimeoutMs?: number
  /** Errors as JSON. */
  readonly json: boolean
}

/** `synod elect <path> -- <command>`: waits until this candidate leads, runs the command while it does, and resigns. */
export async function elect(target: Target, path: string, options: ElectCommandOptions): Promise<number> {
  return await acquiring(target, options, async (client, interrupted) => {
    const election = new LeaderElection(client, path, { id: options.name ?? `${hostname()}:${process.pid}` })
    const leadership = await election.campaign({ signal: interrupted })
    try {
      return await runHeld(leadership, options)
    } finally {
      await leadership.resign()
    }
  })
}
