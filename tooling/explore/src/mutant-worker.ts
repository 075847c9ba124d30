import { parentPort, workerData } from 'node:worker_threads'
import { applyMutation } from '@tooling/scenarios/src/mutation.ts'
import type { Mutation } from '@tooling/scenarios/src/mutation.ts'
import type { Explored } from './explore.ts'
import type { Scope } from './scopes.ts'

/** What a broken core led to. */
export interface MutantOutcome {
  readonly problem: string | null
  readonly scope: string
  readonly explored: Explored | null
  readonly states: number
}

/** Explores in a thread of its own with a core that is broken while it is loaded, scope after scope until something is found. */
const { mutation, scopes, secondsMax } = workerData as { mutation: Mutation; scopes: readonly Scope[]; secondsMax: number }
const applied = applyMutation(mutation)
const { explore } = await import('./explore.ts')

function hunt(): MutantOutcome {
  let states = 0
  const problem = applied.problem()
  if (problem !== null) return { problem, scope: '', explored: null, states }
  for (const { name, bounds } of scopes) {
    const explored = explore({ bounds, statesMax: 40_000_000, secondsMax })
    states += explored.states
    if (explored.violation) return { problem, scope: name, explored, states }
  }
  return { problem, scope: '', explored: null, states }
}

parentPort?.postMessage(hunt())
