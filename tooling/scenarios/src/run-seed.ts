import {
  bursts,
  createSimulation,
  presence,
  registers,
  sequence,
  watching,
  type FaultAction,
  type FaultKind,
  type SimulationResult,
} from '@synod/sim'
import { locking } from './workloads/locks.ts'

/** Clients of a run that is not told how many. */
export const clientsOfSeeds = 5

/** One run of the scenario that `npm run sim` makes of a seed. */
export interface SeedRun {
  readonly seed: bigint
  readonly nodes: number
  readonly faults: readonly FaultKind[]
  readonly theme?: string | null
  readonly schedule?: readonly FaultAction[]
  /** How many of the five clients there are. */
  readonly clients?: number
  /** All of them send several writes at once, and nothing else. */
  readonly bursts?: boolean
  readonly faultsMs?: number
  readonly onLine?: (line: string) => void
}

/**
 * Five clients: two that take locks through the recipes' code, and three of registers, sequential nodes, watches and ephemeral nodes; which,
 * the seed says.
 */
export function runSeed({ theme = null, bursts: inBursts = false, ...run }: SeedRun): Promise<SimulationResult> {
  const { workload: locks, invariant } = locking()
  const mixes = [
    [registers, registers, sequence],
    [registers, registers, watching],
    [registers, registers, presence],
    [registers, sequence, watching],
    [registers, presence, watching],
    [presence, sequence, watching],
  ]
  const mix = mixes[Number((run.seed >> 1n) % BigInt(mixes.length))] ?? []
  return createSimulation({
    clients: clientsOfSeeds,
    ...run,
    ...(theme === null ? {} : { theme }),
    workloads: inBursts ? [bursts] : [...mix, locks, locks],
    invariants: [invariant],
  }).run()
}
