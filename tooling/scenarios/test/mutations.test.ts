import { readFileSync } from 'node:fs'
import { themeNames } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { changesOf } from '../src/mutation.ts'
import { pageWith } from '../src/mutation-table.ts'
import { loadMutation, mutationNames } from '../src/mutations.ts'

describe('mutations', () => {
  it.each(mutationNames())('%s applies exactly once to what was built', async (name) => {
    const mutation = await loadMutation(name)
    const { title, weather } = mutation
    for (const { module, find, replace } of changesOf(mutation)) {
      const source = readFileSync(new URL(`../../../packages/${module}`, import.meta.url), 'utf8')
      expect(source.split(find).length - 1, `occurrences in ${module} of: ${find}`).toBe(1)
      expect(replace).not.toBe(find)
    }
    expect(title).toMatch(/\.$/)
    expect([...themeNames, 'none']).toEqual(expect.arrayContaining([...(weather?.themes ?? [])]))
  })
})

describe('the page of mutations', () => {
  const page = [
    '# By hand',
    '<!-- Written by npm run sim -- --mutations --write -->',
    '| mutation | what | seeds | noticed by | weather |',
    '| --- | --- | --- | --- | --- |',
    '| `a` | A \\| b. | 3 | I1 | |',
    '| `gone` | No file any more. | 1 | I2 | |',
    '<!-- Written by hand from here on -->',
    'More by hand.',
  ].join('\n')

  it('keeps what was written by hand and rows of others, replaces its own, and drops those without a file', async () => {
    const mutation = await loadMutation('quorum-half')
    const hunt = { name: 'quorum-half', mutation, seeds: 4, by: null, problem: null }
    const written = pageWith(page, [hunt], ['a', 'quorum-half'])
    expect(written).toContain('# By hand')
    expect(written).toContain('More by hand.')
    expect(written).toMatch(/\| `a` +\| A \\\| b\. +\| 3 +\| I1 +\|/)
    expect(written).toMatch(/\| `quorum-half` +\| Half .* \| survives \|/)
    expect(written).not.toContain('gone')
    expect(pageWith(written, [hunt], ['a', 'quorum-half'])).toBe(written)
  })

  it('refuses a page without a place for the table', () => {
    expect(() => pageWith('# Mutations', [], [])).toThrow(/no place/)
  })
})
