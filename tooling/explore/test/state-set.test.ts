import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateSet } from '../src/state-set.ts'

describe('StateSet', () => {
  it('holds what was added, once, in order', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), fc.integer()), { maxLength: 300 })
    fc.assert(
      fc.property(rows, (added) => {
        const set = new StateSet(3)
        const seen = new Set<string>()
        for (const row of added) {
          expect(set.add(Int32Array.from(row))).toBe(!seen.has(row.join(' ')))
          seen.add(row.join(' '))
        }
        const read = new Int32Array(3)
        const stored = Array.from({ length: set.size }, (_, at) => {
          set.read(at, read)
          return read.join(' ')
        })
        expect(stored).toEqual([...seen])
      }),
    )
  })

  it('goes on beyond the first chunk and the first table', () => {
    const set = new StateSet(2)
    for (let at = 0; at < 600_000; at += 1) set.add(Int32Array.of(at, -at))
    expect(set.add(Int32Array.of(599_999, -599_999))).toBe(false)
    expect(set.size).toBe(600_000)
  })
})
