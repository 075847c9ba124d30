import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { preference, type ConnectionKey } from '../dist/preference.js'

const key = fc.record({ incarnation: fc.constant(1), generation: fc.integer({ min: 1, max: 4 }), dialer: fc.constantFrom(1, 2) })

/** What is left at an end that met these connections in this order. */
function kept(order: readonly ConnectionKey[]): ConnectionKey | undefined {
  return order.reduce<ConnectionKey | undefined>((current, candidate) => {
    if (current === undefined) return candidate
    return ['replace', 'handover'].includes(preference(current, candidate)) ? candidate : current
  }, undefined)
}

describe('preference', () => {
  it('both ends keep an equal connection, in whatever order each met them, and never none', () => {
    fc.assert(
      fc.property(
        fc
          .array(key, { minLength: 1, maxLength: 6 })
          .chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length }))),
        ([here, there]) => {
          expect(kept(here)).toEqual(kept(there))
          expect(kept(here)).toBeDefined()
        },
      ),
    )
  })

  it.each([
    ['a newer incarnation', { current: [1, 9, 1], candidate: [2, 1, 2], verdict: 'replace' }],
    ['an older incarnation', { current: [2, 1, 1], candidate: [1, 9, 2], verdict: 'stale' }],
    ['a greater generation', { current: [1, 1, 1], candidate: [1, 2, 2], verdict: 'replace' }],
    ['a smaller generation', { current: [1, 2, 2], candidate: [1, 1, 1], verdict: 'redundant' }],
    ['the smaller dialer at the same time', { current: [1, 1, 2], candidate: [1, 1, 1], verdict: 'handover' }],
    ['the greater dialer at the same time', { current: [1, 1, 1], candidate: [1, 1, 2], verdict: 'redundant' }],
    ['the same dialer again', { current: [1, 1, 1], candidate: [1, 1, 1], verdict: 'replace' }],
  ] as const)('%s', (_name, { current, candidate, verdict }) => {
    const of = ([incarnation, generation, dialer]: readonly [number, number, number]): ConnectionKey => ({
      incarnation,
      generation,
      dialer,
    })
    expect(preference(of(current), of(candidate))).toBe(verdict)
  })
})
