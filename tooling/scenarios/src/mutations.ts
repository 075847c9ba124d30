import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { faultKinds } from '@synod/sim'
import type { Mutation } from './mutation.ts'
import { lineOf, pageWith, type Hunt } from './mutation-table.ts'
import type { SimRequest } from './options.ts'
import { runPool, type SeedJob, type SeedOutcome } from './pool.ts'

const folder = new URL('../mutations/', import.meta.url)
const page = new URL('../../../docs/mutations.md', import.meta.url)

/** Breaks the product in every known way; each must be noticed. Returns the exit code. */
export async function runMutations(request: SimRequest): Promise<number> {
  const names = mutationNames().filter((name) => name.includes(request.only))
  const hunts: Hunt[] = []
  const waiting = names.values()
  const work = async (): Promise<void> => {
    for (const name of waiting) {
      const found = await hunt(name, await loadMutation(name), request)
      hunts.push(found)
      console.log(lineOf(found))
    }
  }
  await Promise.all(Array.from({ length: Math.min(request.workers, names.length) }, work))
  hunts.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (request.write) writeFileSync(page, pageWith(readFileSync(page, 'utf8'), hunts, mutationNames()))
  const survived = hunts.filter((each) => each.by === null)
  for (const each of survived) console.log(`survived: ${each.name}`)
  console.log(`${hunts.length - survived.length} killed, ${survived.length} survived`)
  return survived.length > 0 ? 1 : 0
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

/** Seeds, one after the other, until the first violation. */
async function hunt(name: string, mutation: Mutation, request: SimRequest): Promise<Hunt> {
  const { themes = [], nodes = request.nodes, ...others } = mutation.weather ?? {}
  let given = 0
  let seeds = 0
  let by: SeedOutcome | null = null
  let problem: string | null = null
  try {
    await runPool({
      workers: 1,
      mutation,
      next: () => {
        if (by !== null || given >= request.seeds) return null
        const at = given
        given += 1
        const theme = request.theme ?? (themes.length === 0 ? null : (themes[at % themes.length] ?? null))
        return { ...others, seed: request.firstSeed + BigInt(at), nodes: nodes[at % nodes.length] ?? 3, faults: faultKinds, theme }
      },
      onOutcome: (outcome) => {
        seeds += 1
        if (outcome.violation !== null) by = outcome
      },
    })
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error)
  }
  if (problem === null && by !== null && (await failsAnyway(by)))
    problem = `seed ${String(request.firstSeed + BigInt(seeds - 1))} fails without it, too`
  return { name, mutation, seeds, by: problem === null ? by : null, problem }
}

/** A seed that fails with the product as it is says nothing about a mutation. */
async function failsAnyway(by: SeedOutcome): Promise<boolean> {
  let pending: SeedJob | null = by
  let fails = false
  await runPool({
    workers: 1,
    mutation: null,
    next: () => {
      const job = pending
      pending = null
      return job
    },
    onOutcome: (outcome) => {
      fails = outcome.violation !== null
    },
  })
  return fails
}
