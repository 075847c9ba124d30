import { createSimulation, standardWorkloads, type FaultAction, type FaultKind, type SimulationResult } from '@synod/sim'
import { locking } from './workloads/locks.ts'

/** One run of the scenario that `npm run sim` makes of a seed. */
export interface SeedRun {
  readonly seed: bigint
  readonly nodes: number
  readonly faults: readonly FaultKind[]
  readonly schedule?: readonly FaultAction[]
  readonly onLine?: (line: string) => void
}

/** Five clients: registers, sequential nodes, watches, and two that take locks through the recipes' code. */
export function runSeed(run: SeedRun): Promise<SimulationResult> {
  const { workload, invariant } = locking()
  return createSimulation({ ...run, clients: 5, workloads: [...standardWorkloads, workload, workload], invariants: [invariant] }).run()
}
