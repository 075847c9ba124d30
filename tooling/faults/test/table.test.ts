import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const documents = [
  { document: 'docs/testing.md', least: 25 },
  { document: 'docs/bugs-found.md', least: 45 },
]

describe.each(documents)('$document', ({ document, least }) => {
  const text = readFileSync(new URL(document, root), 'utf8')
  const named = [...text.matchAll(/`([^`\s]+\.(?:test\.ts|txt|json))` "([^"]+)"/g)].map(([, path = '', title = '']) => ({ path, title }))

  it('names tests', () => {
    expect(named.length).toBeGreaterThan(least)
  })

  it.each(named)('$path has "$title"', ({ path, title }) => {
    const file = new URL(path, root)
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain(title)
  })
})
