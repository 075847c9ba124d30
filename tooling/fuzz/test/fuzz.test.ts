import { expect, it } from 'vitest'
import { describeFailure } from '../src/failure.ts'
import { run } from '../src/run.ts'
import { targets } from '../src/targets/index.ts'

// A share of what `npm run fuzz` does; a seed that failed belongs into a test of the package at fault.
it('nothing throws, hangs, takes memory without bound or changes a state', { timeout: 120_000 }, async () => {
  const failures: string[] = []
  const results = await run({
    targets,
    inputs: 10_000,
    seed: 1,
    onFailure: (failure) => failures.push(describeFailure(failure)),
    onTarget: () => undefined,
  })
  expect(failures).toEqual([])
  expect(results.filter(({ outcomes }) => outcomes < 3)).toEqual([])
  expect(results.length).toBe(targets.length)
})
