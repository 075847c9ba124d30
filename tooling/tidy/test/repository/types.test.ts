import { describe, test } from 'vitest'
import { readWorkspaces } from '../../src/repository.ts'
import { checkTypes } from '../../src/tools/compile.ts'
import { expectNone } from '../../src/violation.ts'

const found = checkTypes()
const folders = readWorkspaces().map(({ dir }) => dir)

describe('types of tests, tooling and apps', () => {
  test.each(folders)('%s', (folder) => {
    expectNone(found.filter(({ where }) => where.startsWith(`${folder}/`)))
  })

  test('everything else', () => {
    expectNone(found.filter(({ where }) => !folders.some((folder) => where.startsWith(`${folder}/`))))
  })
})
