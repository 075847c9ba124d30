import { describe, expect, it } from 'vitest'
import { faultKinds, planLinkFaults, planProcessFaults } from '../src/nemesis/plan.ts'
import { targetsOf } from '../src/nemesis/targets.ts'
import { SeededRandom } from '../src/random.ts'

function taken<T>(plan: Generator<T, never>, count: number): T[] {
  return Array.from({ length: count }, () => plan.next().value)
}

describe('the plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const plan = (seed: number): unknown[] => [
      ...taken(planProcessFaults(new SeededRandom(seed)), 50),
      ...taken(planLinkFaults(new SeededRandom(seed)), 50),
    ]
    expect(plan(7)).toEqual(plan(7))
    expect(plan(7)).not.toEqual(plan(8))
  })

  it('has every kind of fault in each round', () => {
    const processes = new Set(taken(planProcessFaults(new SeededRandom(1)), 13).map(({ kind }) => kind))
    const links = new Set(taken(planLinkFaults(new SeededRandom(1)), 26).map(({ kind }) => kind))
    expect([...processes].sort((a, b) => (a < b ? -1 : 1))).toEqual(['kill', 'restart', 'stop', 'wipe'])
    expect(links).toEqual(faultKinds.link)
    expect(links.size).toBe(13)
  })
})

describe('who is struck', () => {
  const ids = [1, 2, 3, 4, 5]

  it.each([0, 1, 2, 3, 12_345, 4_000_000_001])('is as many as the plan says, whatever the choice (%i)', (choice) => {
    expect(targetsOf('leader', choice, { ids, leader: 4 })).toEqual([4])
    expect(targetsOf('follower', choice, { ids, leader: 4 })).not.toContain(4)
    expect(targetsOf('minority', choice, { ids, leader: 4 })).toHaveLength(2)
    expect(targetsOf('majority', choice, { ids, leader: 4 })).toHaveLength(3)
    expect(targetsOf('all', choice, { ids, leader: 4 })).toEqual(ids)
  })

  it('is somebody also while nobody leads', () => {
    expect(targetsOf('leader', 3, { ids, leader: null })).toHaveLength(1)
  })
})
