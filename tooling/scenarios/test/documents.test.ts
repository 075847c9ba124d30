import { readFileSync, readdirSync } from 'node:fs'
import { faultKinds, themeNames } from '@synod/sim'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

it('docs/simulation.md has every theme and every kind of fault', () => {
  const page = read('docs/simulation.md')
  expect(themeNames.filter((theme) => !page.includes(`| \`${theme}\``))).toEqual([])
  expect(faultKinds.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([])
})

it('the README of sim has every file of invariants', () => {
  const files = readdirSync(new URL('packages/sim/src/invariants', root)).filter((file) => /^i\d/.test(file))
  const readme = read('packages/sim/README.md')
  expect(files.filter((file) => !readme.includes(`\`${file}\``))).toEqual([])
})

it.each(['README.md', 'docs/testing.md'])('%s counts the kinds of faults', (path) => {
  expect(read(path)).toContain(`${faultKinds.length} kinds of faults`)
})
