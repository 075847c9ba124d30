import { readdirSync } from 'node:fs'
import { faultKinds } from '@synod/sim'
import type { Mutation } from './mutation.ts'
import type { SimRequest } from './options.ts'
import { runPool, type SeedOutcome } from './pool.ts'

const folder = new URL('../mutations/', import.meta.url)

interface Kill {
  readonly seeds: number
  readonly by: SeedOutcome | null
  readonly problem: string | null
}

/** Breaks the product in every known way, one after the other; each must be noticed. Returns the exit code. */
export async function runMutations(request: SimRequest): Promise<number> {
  const names = mutationNames().filter((name) => name.includes(request.only))
  let survived = 0
  for (const name of names) {
    const mutation = await loadMutation(name)
    const { seeds, by, problem } = await hunt(mutation, request)
    if (by === null) survived += 1
    const verdict =
      problem !== null
        ? `DOES NOT APPLY: ${problem}`
        : by === null
          ? `SURVIVED ${seeds} seeds`
          : `killed by ${by.violation?.invariant} at seed ${seeds}`
    console.log(`${name.padEnd(34)} ${verdict.padEnd(34)} ${mutation.title}`)
  }
  console.log(`${names.length - survived} killed, ${survived} survived`)
  return survived > 0 ? 1 : 0
}

/** Names of all mutations, sorted. */
export function mutationNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort()
}

export async function loadMutation(name: string): Promise<Mutation> {
  const { mutation } = (await import(new URL(`${name}.ts`, folder).href)) as { readonly mutation: Mutation }
  return mutation
}

/** Seeds until the first violation. */
async function hunt(mutation: Mutation, request: SimRequest): Promise<Kill> {
  let given = 0
  let done = 0
  let by: SeedOutcome | null = null
  try {
    await runPool({
      workers: request.workers,
      mutation,
      next: () => {
        if (by !== null || given >= request.seeds) return null
        const seed = request.firstSeed + BigInt(given)
        given += 1
        return { seed, nodes: request.nodes[given % request.nodes.length] ?? 3, faults: faultKinds }
      },
      onOutcome: (outcome) => {
        done += 1
        if (outcome.violation !== null) by ??= outcome
      },
    })
  } catch (error) {
    return { seeds: done, by: null, problem: error instanceof Error ? error.message : String(error) }
  }
  return { seeds: done, by, problem: null }
}
