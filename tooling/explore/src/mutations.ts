import { Worker } from 'node:worker_threads'
import { loadMutation, mutationNames } from '@tooling/scenarios/src/mutations.ts'
import type { Mutation } from '@tooling/scenarios/src/mutation.ts'
import type { MutantOutcome } from './mutant-worker.ts'
import type { Scope } from './scopes.ts'
import { hunts } from './scopes.ts'

/** Explorations of a broken core end after this. */
const huntSeconds = 40

/** Explores with one mutation. */
export async function tryMutation(
  mutation: Mutation,
  scopes: readonly Scope[] = hunts,
  secondsMax: number = huntSeconds,
): Promise<MutantOutcome> {
  const worker = new Worker(new URL('./mutant-worker.ts', import.meta.url), { workerData: { mutation, scopes, secondsMax } })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** All mutations of the core, one after the other: what found each, with its story. Returns the exit code. */
export async function runMutations(only: string): Promise<number> {
  const outcomes: MutantOutcome[] = []
  for (const name of mutationNames().filter((each) => each.includes(only))) {
    const mutation = await loadMutation(name)
    if (!mutation.module.startsWith('election-core/')) continue
    const outcome = await tryMutation(mutation)
    outcomes.push(outcome)
    console.log(`${name.padEnd(32)} ${verdictOf(outcome)}`)
    if (outcome.explored && only !== '') console.log(['', mutation.title, ...outcome.explored.story, ''].join('\n'))
  }
  const killed = outcomes.filter(({ explored }) => explored !== null).length
  console.log(`${killed} killed, ${outcomes.length - killed} survived`)
  return killed === outcomes.length ? 0 : 1
}

function verdictOf({ problem, scope, explored, states }: MutantOutcome): string {
  if (problem !== null) return `DOES NOT APPLY: ${problem}`
  if (explored === null) return `survived ${states} states`
  return `${explored.violation?.invariant} in "${scope}" after ${states} states, ${explored.story.length} lines`
}
