import { describe, expect, test } from 'vitest'
import { readWorkspaces } from '../../src/repository.ts'
import { runTool } from '../../src/tools/run-tool.ts'
import { expectNone } from '../../src/violation.ts'

const { code, stdout, stderr } = runTool('oxfmt', ['--list-different'])
const unformatted = stdout
  .split('\n')
  .filter(Boolean)
  .map((where) => ({ where, message: 'is not formatted' }))
const folders = readWorkspaces().map(({ dir }) => dir)

describe('format ("npm run fix" repairs it)', () => {
  test('the formatter ran', () => {
    expect(stderr).toBe('')
    expect(code === 0).toBe(unformatted.length === 0)
  })

  test.each(folders)('%s', (folder) => {
    expectNone(unformatted.filter(({ where }) => where.startsWith(`${folder}/`)))
  })

  test('everything else', () => {
    expectNone(unformatted.filter(({ where }) => !folders.some((folder) => where.startsWith(`${folder}/`))))
  })
})
