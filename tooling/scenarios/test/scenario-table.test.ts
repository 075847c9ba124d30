import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseShownBy, readRows } from '../src/scenario-table.ts'
import type { Row } from '../src/scenario-table.ts'

const root = new URL('../../../', import.meta.url)
const tables = [
  { file: 'zookeeper.md', names: range('S', 1, 30) },
  { file: 'raft-and-others.md', names: range('S', 31, 79) },
  { file: 'amendments.md', names: range('A', 1, 46) },
]

describe.each(tables)('docs/scenarios/$file', ({ file, names }) => {
  const path = `docs/scenarios/${file}`
  const rows = readRows(readFileSync(new URL(path, root), 'utf8'))

  it('has each scenario in exactly one row, in order', () => {
    expect(rows.map(({ name }) => name)).toEqual(names)
  })

  it.each(rows)('$name says where it is shown, or why it is not', (row) => {
    expect(problems(row)).toEqual([])
  })
})

describe('a row', () => {
  it('is refused when it promises what is not there', () => {
    const row = { name: 'S0', origin: 'x', story: 'y', shownBy: '', redWhen: 'seen: `mutations/quorum-half`' }
    const title = '`docs/scenarios/README.md` "A row"'
    expect(problems({ ...row, shownBy: title })).toEqual([])
    expect(problems({ ...row, shownBy: `${title}<br>later: leases` })).toEqual([])
    expect(problems({ ...row, shownBy: 'later: leases', redWhen: '–' })).toEqual([])
    expect(problems(row)).toHaveLength(1)
    expect(problems({ ...row, shownBy: '`docs/scenarios/README.md` "A column"' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: '`docs/nowhere.md` "A row"' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: 'it is fine' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: 'later: ' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: title, redWhen: '–' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: title, redWhen: '`mutations/never-written`' })).toHaveLength(1)
    expect(problems({ ...row, shownBy: title, story: '' })).toHaveLength(1)
  })
})

function problems(row: Row): string[] {
  const parts = parseShownBy(row.shownBy)
  const shown = parts.flatMap((part) => {
    if (part.kind === 'reason') return []
    if (part.kind === 'unreadable') return [`neither a file with a title nor a reason: ${part.text}`]
    if (!existsSync(new URL(part.path, root))) return [`${part.path} does not exist`]
    return readFileSync(new URL(part.path, root), 'utf8').includes(part.title) ? [] : [`"${part.title}" is not in ${part.path}`]
  })
  const claims = parts.some(({ kind }) => kind === 'test') && /^(–|-)?$/.test(row.redWhen) ? ['does not say what makes its test red'] : []
  const mutations = [...row.redWhen.matchAll(/`mutations\/([\w-]+)`/g)]
    .filter(([, name]) => !existsSync(new URL(`tooling/scenarios/mutations/${name}.ts`, root)))
    .map(([text]) => `${text} does not exist`)
  const empty = row.origin === '' || row.story === '' ? ['tells no story'] : []
  return [...shown, ...claims, ...mutations, ...empty]
}

function range(letter: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, place) => `${letter}${first + place}`)
}
