import { createSimulation } from '@synod/sim'
import { expect } from 'vitest'

/** Sizes in turn. */
const nodes = [3, 3, 5, 3, 1, 4, 3, 7] as const

/** Runs these seeds; fails with the report of the first that violates something. Returns what was exercised. */
export async function runSeeds(first: number, count: number): Promise<Readonly<Record<string, number>>> {
  const exercised: Record<string, number> = {}
  for (let at = 0; at < count; at += 1) {
    const seed = first + at
    const result = await createSimulation({ seed, nodes: nodes[at % nodes.length] ?? 3, faultsMs: 6_000 }).run()
    if (result.violation !== null) expect.fail(result.report())
    for (const [name, times] of Object.entries(result.coverage)) exercised[name] = (exercised[name] ?? 0) + times
  }
  return exercised
}
