import { describe, expect, test } from 'vitest'
import { checkWords } from '../../src/rules/words.ts'
import { codeOnly } from '../../src/source-text.ts'
import { makeWorkspace } from './make-workspace.ts'

const problems = (dir: string, text: string): string[] =>
  checkWords(makeWorkspace(dir, { 'src/a.ts': text })).map(({ where, message }) => `${where}: ${message}`)

describe('the pure packages', () => {
  test.each([
    'async function f() {}',
    'await x',
    'Date.now()',
    'new Date()',
    'Math.random()',
    'Promise.all([])',
    'xs.sort()',
    'xs.toSorted( )',
  ])('%s is found', (code) => {
    expect(problems('packages/tree', `const a = 1\n${code}\n`)[0]).toMatch(/^packages\/tree\/src\/a\.ts:2: /)
    expect(problems('packages/replica', `${code}\n`)).toEqual([])
  })

  test('words in comments and strings are none', () => {
    expect(problems('packages/tree', "/** await the async Date.now() */\nconst a = 'async' // await\nconst b = `await`\n")).toEqual([])
  })

  test('names that only contain a banned word are none', () => {
    expect(problems('packages/wire', 'const asynchronous = awaited(lastUpDate)\nxs.sort(byName)\n')).toEqual([])
  })
})

describe('everywhere', () => {
  const mark = 'TO' + 'DO'

  test('unfinished work without an issue is found', () => {
    expect(problems('packages/replica', `// ${mark}: later\n`)).toHaveLength(1)
    expect(problems('packages/replica', `// ${mark}(#12): later\n`)).toEqual([])
  })

  test('a switched-off type check and a path of one machine are found', () => {
    expect(problems('apps/demo', `// @ts-${'ignore'}\nconst a = '/${'home'}/somebody/x'\n`)).toHaveLength(2)
  })
})

describe('codeOnly', () => {
  test('keeps positions and lines', () => {
    const text = "a /* x\n y */ b 'c//d' // e\nf"
    expect(codeOnly(text, { keepStrings: true })).toBe("a     \n      b 'c//d'     \nf")
    expect(codeOnly(text, { keepStrings: false })).toHaveLength(text.length)
  })

  test('a quote in a regular expression opens no string', () => {
    expect(codeOnly("x.split(/'/)\nawait y // it's", { keepStrings: false })).toContain('await y')
  })
})
