import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { applyMutation, type Mutation } from '../../src/mutation.ts'

/** What a worker is told to do: put a mistake in, and live through a trace. */
export interface BugJob {
  readonly mutation: Mutation
  /** Address of the trace's file. */
  readonly trace: string
}

/** `unnoticed`: it ends as the file says. `differs`: something else happens. Else the invariant that was violated, and how. */
export type BugOutcome = string

const { mutation, trace } = workerData as BugJob
const applied = applyMutation(mutation)
const harness = new URL('../../../../packages/election-core/test/harness/script.ts', import.meta.url).href
const { runScript } = (await import(harness)) as { readonly runScript: (text: string) => string }
parentPort?.postMessage(applied.problem() ?? live(readFileSync(new URL(trace), 'utf8')))

function live(text: string): BugOutcome {
  try {
    return runScript(text) === text ? 'unnoticed' : 'differs'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
