import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadMutation, mutationNames } from '../src/mutations.ts'

describe('mutations', () => {
  it.each(mutationNames())('%s applies exactly once to what was built', async (name) => {
    const { module, find, replace, title } = await loadMutation(name)
    const source = readFileSync(new URL(`../../../packages/${module}`, import.meta.url), 'utf8')
    expect(source.split(find).length - 1, `occurrences in ${module} of: ${find}`).toBe(1)
    expect(replace).not.toBe(find)
    expect(title).toMatch(/\.$/)
  })
})
