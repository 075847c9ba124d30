import { describe, test } from 'vitest'
import { readWorkspaces } from '../../src/repository.ts'
import { knip } from '../../src/tools/knip.ts'
import { expectNone } from '../../src/violation.ts'

const found = knip()
const folders = readWorkspaces().map(({ dir }) => dir)

describe('knip: nothing unused, nothing undeclared', () => {
  test.each(folders)('%s', (folder) => {
    expectNone(found.filter(({ where }) => where.startsWith(`${folder}/`)))
  })

  test('everything else', () => {
    expectNone(found.filter(({ where }) => !folders.some((folder) => where.startsWith(`${folder}/`))))
  })
})
