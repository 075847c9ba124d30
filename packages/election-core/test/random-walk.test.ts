import { describe, expect, it } from 'vitest'
import { walk } from './harness/walk.ts'

describe('random walks over whole clusters', () => {
  for (const size of [1, 2, 3, 4, 5, 7]) {
    it(`keeps every invariant and converges afterwards, ${size} voters`, () => {
      const seeds = size === 3 ? 150 : 40
      let elections = 0
      for (let seed = 1; seed <= seeds; seed += 1) elections += walk({ size, seed: seed * 100 + size }).elections
      expect(elections).toBeGreaterThan(seeds / 2)
    }, 120_000)
  }
})
