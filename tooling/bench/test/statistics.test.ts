import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advantage, median, percentile, summarize } from '../src/statistics.ts'

const readings = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 })

describe('median', () => {
  it('is the middle of an odd number of readings, in whatever order', () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  it('is the mean of the middle two of an even number', () => {
    expect(median([10, 2, 4, 100])).toBe(7)
  })

  it('changes nothing', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })

  it('does not exist of nothing', () => {
    expect(() => median([])).toThrow(RangeError)
  })

  it('has half of the readings on each side', () => {
    fc.assert(
      fc.property(readings, (values) => {
        const middle = median(values)
        expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(values.length)
        expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(values.length)
      }),
    )
  })
})

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)

  it('is the nearest rank', () => {
    expect(percentile(hundred, 99)).toBe(99)
    expect(percentile(hundred, 50)).toBe(50)
    expect(percentile(hundred, 100)).toBe(100)
    expect(percentile(hundred, 0.5)).toBe(1)
  })

  it('of few readings is the greatest', () => {
    expect(percentile([1, 2, 3, 4, 5], 99)).toBe(5)
  })

  it.each([0, -1, 101, Number.NaN])('refuses %s per cent', (percent) => {
    expect(() => percentile(hundred, percent)).toThrow(RangeError)
  })

  it('is one of the readings', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const sorted = values.toSorted((a, b) => a - b)
        expect(sorted).toContain(percentile(sorted, percent))
      }),
    )
  })
})

describe('summarize', () => {
  it('keeps the readings in the order in which they were taken', () => {
    expect(summarize([30, 10, 20])).toEqual({ median: 20, p99: 30, samples: [30, 10, 20] })
  })
})

describe('advantage', () => {
  it('is above 1 when ours is better, whichever way the quantity goes', () => {
    expect(advantage(300, 100, 'more')).toBe(3)
    expect(advantage(20, 100, 'less')).toBe(5)
  })

  it('is unknown when one of the two is', () => {
    expect(advantage(undefined, 100, 'more')).toBeNull()
    expect(advantage(100, undefined, 'more')).toBeNull()
    expect(advantage(100, 0, 'more')).toBeNull()
  })
})
