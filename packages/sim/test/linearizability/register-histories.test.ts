import { describe, expect, it } from 'vitest'
import { checkLinearizable, registerModel } from '@synod/sim/linearizability'
import { create, createRefused, get, remove, set, setIf } from './histories.ts'
import type { RegisterHistory } from './histories.ts'

const first = create('a', [0, 1], 'x')

const good: Record<string, RegisterHistory> = {
  'nothing at all': [],
  'a read of a node that was never there': [get('a', [0, 1], null)],
  'one write after the other, and reads': [first, set('a', [2, 3], ['y', 1]), get('b', [4, 5], ['y', 1])],
  'a read during a write gives the old value': [first, set('a', [2, 9], ['y', 1]), get('b', [3, 4], ['x', 0])],
  'a read during a write gives the new value': [first, set('a', [2, 9], ['y', 1]), get('b', [3, 4], ['y', 1])],
  'two reads during a write, old and then new': [first, set('a', [2, 9], ['y', 1]), get('b', [3, 4], ['x', 0]), get('c', [5, 6], ['y', 1])],
  'two writes at once, in the order of their versions': [
    first,
    set('a', [2, 9], ['y', 2]),
    set('b', [2, 9], ['z', 1]),
    get('c', [10, 11], ['y', 2]),
  ],
  'intervals that touch count as concurrent': [first, set('a', [2, 3], ['y', 1]), get('b', [3, 4], ['x', 0])],
  'an unknown write that was applied': [first, set('a', [2, null], ['y']), get('b', [10, 11], ['y', 1])],
  'an unknown write that was never applied': [first, set('a', [2, null], ['y']), get('b', [10, 11], ['x', 0])],
  'an unknown write that comes late': [first, set('a', [2, null], ['y']), get('b', [10, 11], ['x', 0]), get('b', [12, 13], ['y', 1])],
  'of three unknown writes two applied, seen in the version only': [
    first,
    set('a', [2, null], ['p']),
    set('b', [3, null], ['q']),
    set('c', [4, null], ['r']),
    get('d', [10, 11], ['q', 2]),
  ],
  'an unknown create that explains a refusal': [create('a', [0, null], 'x'), createRefused('b', [5, 6], 'y'), get('b', [7, 8], ['x', 0])],
  'an unknown delete that was applied, and a new life': [
    first,
    remove('a', [2, null]),
    create('b', [5, 6], 'z'),
    get('c', [7, 8], ['z', 0]),
  ],
  'deleted, absent, created anew from version 0': [
    first,
    set('a', [2, 3], ['y', 1]),
    remove('a', [4, 5]),
    get('b', [6, 7], null),
    create('b', [8, 9], 'z'),
    get('a', [10, 11], ['z', 0]),
  ],
  'compare-and-set: one of two wins': [
    first,
    setIf('a', [2, 5], ['y', 0, { kind: 'written', version: 1 }]),
    setIf('b', [2, 5], ['z', 0, { kind: 'badVersion' }]),
    get('c', [6, 7], ['y', 1]),
  ],
  'a refusal during the write that causes it': [first, set('a', [2, 9], ['y', 1]), setIf('b', [3, 4], ['z', 0, { kind: 'badVersion' }])],
  'positions of the log grow with the order': [
    first,
    set('a', [2, 9], ['y', 2, 20]),
    set('b', [2, 9], ['z', 1, 19]),
    get('c', [10, 11], ['y', 2, 20]),
  ],
  'the position of an unknown write is learnt by reading': [
    first,
    set('a', [2, null], ['y']),
    get('b', [4, 5], ['y', 1, 7]),
    get('c', [6, 7], ['y', 1, 7]),
  ],
  'set and delete of a node that is not there': [
    { client: 'a', call: 0, return: 1, op: { kind: 'set', key: '/k', value: 'x' }, result: { kind: 'absent' } },
    remove('b', [0, 1], { kind: 'absent' }),
  ],
}

const bad: Record<string, RegisterHistory> = {
  'a stale read': [first, set('a', [2, 3], ['y', 1]), get('b', [4, 5], ['x', 0])],
  'a stale read of nothing': [first, get('b', [2, 3], null)],
  'a lost update: two writes given the same version': [first, set('a', [2, 5], ['y', 1]), set('b', [2, 5], ['z', 1])],
  'a lost update: both compare-and-sets win': [
    first,
    setIf('a', [2, 5], ['y', 0, { kind: 'written', version: 1 }]),
    setIf('b', [2, 5], ['z', 0, { kind: 'written', version: 1 }]),
  ],
  'an acknowledged write is gone': [first, set('a', [2, 3], ['y', 1]), get('b', [10, 11], ['x', 0]), get('b', [12, 13], ['x', 0])],
  'reads that go back in time during one write': [
    first,
    set('a', [2, 9], ['y', 1]),
    get('b', [3, 4], ['y', 1]),
    get('c', [5, 6], ['x', 0]),
  ],
  'a value that nobody wrote': [first, get('b', [2, 3], ['ghost', 0])],
  'an unknown write seen and then undone': [first, set('a', [2, null], ['y']), get('b', [4, 5], ['y', 1]), get('b', [6, 7], ['x', 0])],
  'an unknown write applied twice': [first, set('a', [2, null], ['y']), get('b', [4, 5], ['y', 2])],
  'an unknown write seen before it was called': [first, get('b', [2, 3], ['y', 1]), set('a', [4, null], ['y'])],
  'an unknown write that must be applied for one read and must not for another': [
    first,
    set('a', [2, null], ['y']),
    set('b', [3, 4], ['z', 2]),
    get('c', [5, 6], ['z', 1]),
  ],
  'versions that skip without any unknown write': [first, set('a', [2, 3], ['y', 2])],
  'a failed compare-and-set whose condition held all the time': [first, setIf('a', [2, 3], ['y', 0, { kind: 'badVersion' }])],
  'a compare-and-set refused and applied all the same': [
    first,
    setIf('a', [2, 3], ['y', 7, { kind: 'badVersion' }]),
    get('b', [4, 5], ['y', 1]),
  ],
  'a create of what is there': [first, create('b', [2, 3], 'y')],
  'a refused create of what is not there': [createRefused('a', [0, 1], 'x')],
  'a read of what was deleted': [first, remove('a', [2, 3]), get('b', [4, 5], ['x', 0])],
  'deleted twice': [first, remove('a', [2, 5]), remove('b', [2, 5])],
  'a new life that goes on with the old version': [first, remove('a', [2, 3]), create('b', [4, 5], 'y'), set('b', [6, 7], ['z', 2])],
  'positions against the order of versions': [first, set('a', [2, 9], ['y', 2, 19]), set('b', [2, 9], ['z', 1, 20])],
  'one write read at two positions': [first, set('a', [2, null], ['y']), get('b', [4, 5], ['y', 1, 7]), get('c', [6, 7], ['y', 1, 8])],
}

describe('histories of a node that are linearizable', () => {
  it.each(Object.entries(good))('%s', (_, history) => {
    expect(checkLinearizable(history, registerModel)).toMatchObject({ ok: true })
  })
})

describe('histories of a node that are not', () => {
  it.each(Object.entries(bad))('%s', (_, history) => {
    expect(checkLinearizable(history, registerModel)).toMatchObject({ ok: false, reason: 'violation', partition: '/k' })
  })
})
