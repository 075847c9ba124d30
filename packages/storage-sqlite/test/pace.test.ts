import { describe, expect, it } from 'vitest'
import { Pace } from '../dist/pace.js'

function after(limitMs: number, syncs: readonly number[]): Pace {
  const pace = new Pace(limitMs)
  for (const tookMs of syncs) pace.note(tookMs, 0)
  return pace
}

function many(tookMs: number, count: number): number[] {
  return Array.from({ length: count }, () => tookMs)
}

describe('the caller syncs', () => {
  it('on a quick disk, once it has shown that it is', () => {
    expect(after(1, []).isQuick(0)).toBe(false)
    expect(after(1, many(0.3, 3)).isQuick(0)).toBe(false)
    expect(after(1, many(0.3, 100)).isQuick(0)).toBe(true)
  })

  it('never on a slow one, and no more on one that has become slow', () => {
    expect(after(1, many(3, 1000)).isQuick(0)).toBe(false)
    expect(after(1, [...many(0.3, 100), ...many(3, 60)]).isQuick(0)).toBe(false)
  })

  it('not for five seconds after a stall, however quick it is otherwise', () => {
    const pace = after(1, [...many(0.3, 200), 60, ...many(0.3, 100)])
    expect(pace.isQuick(4_999)).toBe(false)
    expect(pace.isQuick(5_000)).toBe(true)
  })

  it('never with a limit of 0, always with a great one', () => {
    expect(after(0, many(0, 1000)).isQuick(0)).toBe(false)
    expect(after(1000, many(30, 100)).isQuick(0)).toBe(true)
  })
})
