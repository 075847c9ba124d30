import { describe, expect, it } from 'vitest'
import { explore } from '../src/explore.ts'
import { scopes } from '../src/scopes.ts'

const limits = { statesMax: 1_000_000, secondsMax: 60 }

describe('the smallest scopes', () => {
  it.each(scopes.filter(({ everyTime }) => everyTime))(
    '$name is exhausted without a violation',
    ({ bounds }) => {
      const { exhausted, violation, story, states } = explore({ bounds, ...limits })
      expect(violation, story.join('\n')).toBeNull()
      expect(exhausted).toBe(true)
      expect(states).toBeGreaterThan(100)
    },
    60_000,
  )

  it('counts the same states every time', () => {
    const bounds = { ...(scopes[0]?.bounds ?? expect.fail('no scope')), campaigns: 1 }
    const [one, two] = [explore({ bounds, ...limits }), explore({ bounds, ...limits })]
    expect([two.states, two.transitions, two.depth, two.machines]).toEqual([one.states, one.transitions, one.depth, one.machines])
  })

  it('says that it gave up', () => {
    const bounds = scopes.find(({ name }) => name === 'one candidate')?.bounds ?? expect.fail('no scope')
    expect(explore({ bounds, statesMax: 10, secondsMax: 60 }).exhausted).toBe(false)
  })
})
