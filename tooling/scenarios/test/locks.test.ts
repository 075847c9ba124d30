import { expect, it } from 'vitest'
import { runSeed } from '../src/run-seed.ts'

it('locks and elections of the recipes exclude each other under faults', { timeout: 120_000 }, async () => {
  let taken = 0
  for (let seed = 1n; seed <= 6n; seed += 1n) {
    const result = await runSeed({ seed, nodes: 3, faults: ['crash', 'partition', 'client-cut', 'client-pause', 'pause'] })
    if (result.violation !== null) expect.fail(result.report())
    taken += result.coverage['locks taken'] ?? 0
  }
  expect(taken).toBeGreaterThan(100)
})
