import { readFileSync } from 'node:fs'
import { themeNames } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { loadMutation, mutationNames } from '../src/mutations.ts'

describe('mutations', () => {
  it.each(mutationNames())('%s applies exactly once to what was built', async (name) => {
    const mutation = await loadMutation(name)
    const { module, title, weather } = mutation
    const source = readFileSync(new URL(`../../../packages/${module}`, import.meta.url), 'utf8')
    for (const { find, replace } of [mutation, ...(mutation.also ?? [])]) {
      expect(source.split(find).length - 1, `occurrences in ${module} of: ${find}`).toBe(1)
      expect(replace).not.toBe(find)
    }
    expect(title).toMatch(/\.$/)
    expect([...themeNames, 'none']).toEqual(expect.arrayContaining([...(weather?.themes ?? [])]))
  })
})
