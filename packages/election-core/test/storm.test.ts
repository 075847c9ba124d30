import { describe, expect, it } from 'vitest'
import { storm } from './harness/storm.ts'

describe('storms over whole clusters', () => {
  for (const size of [1, 2, 3, 4, 5, 7]) {
    it(`keeps every invariant and converges afterwards, ${size} voters`, () => {
      const seeds = size === 3 ? 60 : 15
      let reads = 0
      for (let seed = 1; seed <= seeds; seed += 1) reads += storm({ size, seed: seed * 10 + size }).reads
      expect(reads).toBeGreaterThan(seeds)
    }, 120_000)
  }
})
