import { faultKinds, parseSeed } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { goldenNames, readGolden } from '../src/golden.ts'
import { runSeed } from '../src/run-seed.ts'

describe('what failed once', () => {
  it.each(goldenNames())('%s holds', { timeout: 60_000 }, async (name) => {
    const { found, seed, ...golden } = readGolden(name)
    const result = await runSeed({ faults: faultKinds, ...golden, seed: parseSeed(seed) })
    if (result.violation !== null) expect.fail(`${found}\n${result.report()}`)
    const happened = Object.keys(result.coverage).filter((key) => key.startsWith('fault '))
    expect(happened.length).toBeGreaterThan(0)
  })
})
