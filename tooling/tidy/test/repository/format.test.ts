import { describe, expect, test } from 'vitest'
import { readWorkspaces } from '../../src/repository.ts'
import { runTool } from '../../src/tools/run-tool.ts'

const { code, stdout, stderr } = runTool('oxfmt', ['--list-different'])
const files = stdout.split('\n').filter(Boolean)
const folders = readWorkspaces().map(({ dir }) => dir)

describe('format ("npm run fix" repairs it)', () => {
  test('the formatter ran', () => {
    expect(stderr).toBe('')
    expect(code === 0).toBe(files.length === 0)
  })

  test.each(folders)('%s', (folder) => {
    expect(files.filter((file) => file.startsWith(`${folder}/`))).toEqual([])
  })

  test('everything else', () => {
    expect(files.filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`)))).toEqual([])
  })
})
