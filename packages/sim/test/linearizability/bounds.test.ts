import { describe, expect, it } from 'vitest'
import { checkLinearizable, registerModel } from '@synod/sim/linearizability'
import { create, get, set } from './histories.ts'
import type { RegisterHistory } from './histories.ts'

/** Writes of unknown outcome, each of which is read later, and before that a read that none of their orders explains: every subset has to be tried. */
function puzzle(size: number): RegisterHistory {
  const unknown = Array.from({ length: size }, (_, index) => set(`c${index}`, [2, null], [`v${index}`]))
  const later = unknown.map((_, index) => get('b', [20 + 2 * index, 21 + 2 * index], [`v${index}`, index + 1]))
  return [create('a', [0, 1], 'x'), ...unknown, get('b', [10, 11], ['ghost', size]), ...later]
}

describe('the bounds of a check', () => {
  it('a small puzzle is decided', () => {
    expect(checkLinearizable(puzzle(6), registerModel)).toMatchObject({ ok: false, reason: 'violation' })
  })

  it('a large one is given up, and is not passed', () => {
    expect(checkLinearizable(puzzle(40), registerModel, { stepsMax: 20_000 })).toMatchObject({ ok: false, reason: 'undecided' })
    expect(checkLinearizable(puzzle(40), registerModel, { configurationsMax: 1000 })).toMatchObject({ ok: false, reason: 'undecided' })
  })

  it('stays within the bound of steps', () => {
    expect(checkLinearizable(puzzle(40), registerModel, { stepsMax: 20_000 }).steps).toBeLessThan(21_000)
  })

  it('a long history of one client takes steps in proportion to its length', () => {
    const writes = Array.from({ length: 50_000 }, (_, index) => set('a', [2 * index + 2, 2 * index + 3], [`v${index}`, index + 1]))
    const verdict = checkLinearizable([create('a', [0, 1], 'x'), ...writes], registerModel)
    expect(verdict).toMatchObject({ ok: true })
    expect(verdict.steps).toBeLessThan(250_000)
  })

  it('many writes of unknown outcome, of which every third was applied, are decided', () => {
    const history: RegisterHistory = [create('a', [0, 1], 'x')]
    for (let round = 1; round <= 60; round += 1) {
      const at = 10 * round
      for (const name of ['p', 'q', 'r']) history.push(set(name, [at, null], [`${name}${round}`]))
      history.push(get('b', [at + 5, at + 6], [`q${round}`, round]))
    }
    expect(checkLinearizable(history, registerModel)).toMatchObject({ ok: true })
  })
})

describe('what is not a history', () => {
  it('a return before its call', () => {
    expect(() => checkLinearizable([get('a', [5, 4], null)], registerModel)).toThrow(
      /operation 0 of the history was called at 5 and returned at 4/,
    )
  })

  it('a time that is no number', () => {
    expect(() => checkLinearizable([get('a', [Number.NaN, 4], null)], registerModel)).toThrow(TypeError)
  })
})

describe('the explanation of a violation', () => {
  it('names the operation that fits nowhere, the states, the order before it and what was under way', () => {
    const stale = get('b', [4, 5], ['x', 0])
    const verdict = checkLinearizable(
      [create('a', [0, 1], 'x'), set('a', [2, 3], ['y', 1]), set('c', [3, 9], ['z', 2]), stale],
      registerModel,
    )
    if (verdict.ok) throw new Error('this history is not linearizable')
    expect(verdict.culprit).toBe(stale)
    expect(verdict.longest).toHaveLength(2)
    expect(verdict.explanation.split('\n')).toEqual([
      '/k: no order explains',
      '  [4 … 5] b: get /k → "x" v0',
      'in any of the states reached: "y" v1 | "z" v2',
      'after the order:',
      '  [0 … 1] a: create /k = "x" → v0',
      '  [2 … 3] a: set /k = "y" → v1',
      'while these were under way:',
      '  [3 … 9] c: set /k = "z" → v2',
    ])
  })

  it('checks each key alone and names the one at fault', () => {
    const other = {
      client: 'b',
      call: 0,
      return: 1,
      op: { kind: 'get', key: '/other' },
      result: { kind: 'found', value: 'x', version: 0 },
    } as const
    expect(checkLinearizable([create('a', [0, 1], 'x'), other], registerModel)).toMatchObject({ ok: false, partition: '/other' })
  })
})
