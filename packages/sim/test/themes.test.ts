import { createSimulation, themeNames } from '@synod/sim'
import { describe, expect, it } from 'vitest'

describe('themes', () => {
  it.each(themeNames)('%s: its faults happen, and nothing is violated', { timeout: 120_000 }, async (theme) => {
    const result = await createSimulation({ seed: 3, nodes: 5, clients: 3, faultsMs: 7_000, theme }).run()
    if (result.violation !== null) expect.fail(result.report())
    expect(result.coverage[`theme ${theme}`]).toBe(1)
    expect(result.schedule.length > 0).toBe(theme !== 'peace')
  })

  it('some seeds draw one, most do not, and none when only some kinds of faults may happen', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => createSimulation({ seed, nodes: 5 }).theme?.name ?? 'none')
    expect(new Set(drawn)).toEqual(new Set([...themeNames, 'none']))
    expect(drawn.filter((name) => name === 'none').length).toBeGreaterThan(100)
    expect(createSimulation({ seed: drawn.findIndex((name) => name !== 'none'), nodes: 5, faults: ['crash'] }).theme).toBeNull()
  })

  it('a theme that does not exist is refused in words', () => {
    expect(() => createSimulation({ seed: 1, theme: 'boredom' })).toThrow("there is no theme 'boredom'")
  })
})
