import { describe, expect, test } from 'vitest'
import { checkRatchet, withoutExceptions } from '../../src/ratchet.ts'
import type { Exception } from '../../src/ratchet.ts'
import { parseCompiler } from '../../src/tools/compile.ts'
import { parseKnip } from '../../src/tools/knip.ts'
import { parseLint } from '../../src/tools/lint.ts'
import { expectNone } from '../../src/violation.ts'

const complaints = parseLint(
  JSON.stringify({
    diagnostics: [
      { message: 'File has too many lines (612).', code: 'eslint(max-lines)', filename: 'packages/a/src/a.ts', labels: [] },
      {
        message: 'Function has too many parameters (4).',
        code: 'eslint(max-params)',
        filename: 'packages/a/src/b.ts',
        labels: [{ span: { line: 7 } }],
      },
    ],
  }),
)
const reason = 'one table, which is read as a whole'
const exception = (limit: number): Exception => ({ file: 'packages/a/src/a.ts', rule: 'max-lines', limit, reason })

describe('the ratchet', () => {
  test('excuses what it names, up to its limit', () => {
    expect(withoutExceptions(complaints, [exception(612)]).map(({ where }) => where)).toEqual(['packages/a/src/b.ts:7'])
    expect(withoutExceptions(complaints, [exception(611)])).toHaveLength(2)
  })

  test('may only fall', () => {
    expect(checkRatchet(complaints, [exception(612)])).toEqual([])
    expect(checkRatchet(complaints, [exception(700)])[0]?.message).toBe('may fall to 612 (is 700)')
    expect(checkRatchet([], [exception(612)])[0]?.message).toContain('no longer needed')
  })

  test('needs a reason, and stands once', () => {
    expect(checkRatchet(complaints, [{ ...exception(612), reason: 'big' }])).toHaveLength(1)
    expect(checkRatchet(complaints, [exception(612), exception(612)])).toHaveLength(1)
  })
})

describe('what tools print', () => {
  test('the compiler', () => {
    expect(parseCompiler("tooling/a.ts(3,5): error TS2322: Type 'string'…\n  more\nerror TS18003: No inputs\n")).toEqual([
      { where: 'tooling/a.ts:3', message: "TS2322: Type 'string'…" },
      { where: 'tsconfig.json', message: 'TS18003: No inputs' },
    ])
  })

  test('knip', () => {
    const json = JSON.stringify({
      issues: [{ file: 'packages/a/src/a.ts', exports: [{ name: 'x', line: 3 }], files: [], duplicates: [[{ name: 'y' }]] }],
    })
    expect(parseKnip(json)).toEqual([
      { where: 'packages/a/src/a.ts:3', message: 'x is exported, and nothing uses it' },
      { where: 'packages/a/src/a.ts', message: 'y is exported twice' },
    ])
  })

  test('a tool that fails is not taken for one that finds nothing', () => {
    expect(() => parseLint('panicked')).toThrow('the linter failed: panicked')
    expect(() => parseLint('{}')).toThrow('no list')
    expect(() => parseKnip('ERROR')).toThrow('knip failed: ERROR')
  })
})

test('expectNone lists all violations', () => {
  expectNone([])
  expect(() => expectNone([{ where: 'a', message: 'b' }])).toThrow('a: b')
})
