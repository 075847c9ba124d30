import { createSimulation, themeNames } from '@synod/sim'
import { describe, expect, it } from 'vitest'

/** Narrow cases of others, for whoever looks for just that. */
const byNameOnly: readonly string[] = [
  'lone-pauses',
  'lone-stops',
  'lone-half-deafness',
  'snapshot-crashes',
  'short-histories',
  'closed-doors',
  'renewed-leaders',
  'to-and-fro',
]

describe('themes', () => {
  it.each(themeNames)('%s: its faults happen, and nothing is violated', { timeout: 120_000 }, async (theme) => {
    const result = await createSimulation({ seed: 3, nodes: 5, clients: 3, faultsMs: 7_000, theme }).run()
    if (result.violation !== null) expect.fail(result.report())
    expect(result.coverage[`theme ${theme}`]).toBe(1)
    expect(result.schedule.length > 0).toBe(theme !== 'peace')
  })

  it('some seeds draw one, most do not, and none when only some kinds of faults may happen', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => createSimulation({ seed, nodes: 5 }).theme?.name ?? 'none')
    expect(new Set(drawn)).toEqual(new Set([...themeNames.filter((name) => !byNameOnly.includes(name)), 'none']))
    expect(drawn.filter((name) => name === 'none').length).toBeGreaterThan(100)
    expect(createSimulation({ seed: drawn.findIndex((name) => name !== 'none'), nodes: 5, faults: ['crash'] }).theme).toBeNull()
  })

  it('constrained-election: whoever lags fetches before it leads', { timeout: 120_000 }, async () => {
    let fetchUps = 0
    for (const seed of [1, 2, 3, 4]) {
      const result = await createSimulation({ seed, nodes: 5, clients: 3, faultsMs: 10_000, theme: 'constrained-election' }).run()
      if (result.violation !== null) expect.fail(result.report())
      fetchUps += result.coverage['fetch-ups'] ?? 0
    }
    expect(fetchUps).toBeGreaterThan(0)
  })

  it('a theme that does not exist is refused in words', () => {
    expect(() => createSimulation({ seed: 1, theme: 'boredom' })).toThrow("there is no theme 'boredom'")
  })
})
