import { isQuorum, quorumIndex, voterIds } from '@synod/election-core'
import type { ClusterConfig, MemberConfig } from '@synod/interface/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

function member(id: number, weight = 1, kind: MemberConfig['kind'] = 'voter'): MemberConfig {
  return { id, instance: 1, kind, weight, priority: 0 }
}

function config(members: readonly MemberConfig[], outgoing: readonly MemberConfig[] | null = null): ClusterConfig {
  return { members, outgoing, leaseMs: 0 }
}

describe('quorums', () => {
  it('is a strict majority: half is none', () => {
    const four = config([1, 2, 3, 4].map((id) => member(id)))
    expect(isQuorum(four, (id) => id <= 2)).toBe(false)
    expect(isQuorum(four, (id) => id <= 3)).toBe(true)
  })

  it('counts weight, and never an observer', () => {
    const weighted = config([member(1, 3), member(2), member(3), member(4, 1, 'observer')])
    expect(isQuorum(weighted, (id) => id === 1)).toBe(true)
    expect(isQuorum(weighted, (id) => id !== 1)).toBe(false)
    expect(voterIds(weighted)).toEqual([1, 2, 3])
  })

  it('needs both halves while a configuration is joint', () => {
    const joint = config([member(1), member(2), member(3)], [member(3), member(4), member(5)])
    expect(isQuorum(joint, (id) => id <= 2)).toBe(false)
    expect(isQuorum(joint, (id) => id === 2 || id === 3 || id === 4)).toBe(true)
    expect(voterIds(joint)).toEqual([1, 2, 3, 4, 5])
  })

  it('any two quorums of up to nine voters meet', () => {
    for (let size = 1; size <= 9; size += 1) {
      const all = config(Array.from({ length: size }, (_, at) => member(at + 1)))
      const quorums: number[] = []
      for (let set = 0; set < 2 ** size; set += 1) if (isQuorum(all, (id) => (set >> (id - 1)) % 2 === 1)) quorums.push(set)
      expect(quorums.every((a) => quorums.every((b) => (a & b) !== 0))).toBe(true)
    }
  })

  it('finds the greatest index that a quorum has', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }), (matches) => {
        const all = config(matches.map((_, at) => member(at + 1)))
        const index = quorumIndex(all, (id) => matches[id - 1] ?? 0)
        const having = (at: number): number => matches.filter((match) => match >= at).length
        expect(having(index) * 2).toBeGreaterThan(matches.length)
        expect(having(index + 1) * 2).toBeLessThanOrEqual(matches.length)
      }),
    )
  })
})
