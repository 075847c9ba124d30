import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const document = readFileSync(new URL('docs/testing.md', root), 'utf8')
const named = [...document.matchAll(/`([^`\s]+\.test\.ts)` "([^"]+)"/g)].map(([, path = '', title = '']) => ({ path, title }))

it('docs/testing.md names tests for every fault', () => {
  expect(named.length).toBeGreaterThan(25)
})

it.each(named)('$path has "$title"', ({ path, title }) => {
  const file = new URL(path, root)
  expect(existsSync(file)).toBe(true)
  expect(readFileSync(file, 'utf8')).toContain(title)
})
