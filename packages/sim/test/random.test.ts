import { parseSeed, RandomStream, seedText } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'

describe('random streams', () => {
  it('are the same for the same seed and purpose, and unlike for another', () => {
    const draw = (seed: bigint, purpose: string): readonly number[] => {
      const stream = new RandomStream(seed, purpose)
      return Array.from({ length: 8 }, () => stream.next())
    }
    expect(draw(1n, 'network')).toEqual(draw(1n, 'network'))
    expect(draw(1n, 'network')).not.toEqual(draw(1n, 'disk'))
    expect(draw(1n, 'network')).not.toEqual(draw(2n, 'network'))
  })

  it('split without being drawn from: a draw more in one place shifts nothing elsewhere', () => {
    const a = new RandomStream(3n, 'x')
    const b = new RandomStream(3n, 'x')
    a.next()
    expect(a.split('part').next()).toBe(b.split('part').next())
  })

  it('stay in range and reach both ends', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (seed) => {
        const stream = new RandomStream(seed, 'range')
        const drawn = new Set(Array.from({ length: 200 }, () => stream.between(3, 5)))
        expect(Array.from(drawn).sort((a, b) => a - b)).toEqual([3, 4, 5])
      }),
      { numRuns: 50 },
    )
  })

  it('shuffle loses and doubles nothing', () => {
    const stream = new RandomStream(9n, 'shuffle')
    expect(stream.shuffle([1, 2, 3, 4, 5]).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
  })
})

describe('seeds', () => {
  it('are read as people write them and written so that they can be read again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (seed) => {
        expect(parseSeed(seedText(seed))).toBe(seed)
      }),
    )
    expect(parseSeed(' 42 ')).toBe(42n)
  })

  it.each(['', 'x', '-1', '0x1ffffffffffffffff', 1.5])('%s is refused', (seed) => {
    expect(() => parseSeed(seed)).toThrow(TypeError)
  })
})
