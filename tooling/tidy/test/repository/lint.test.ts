import { describe, test } from 'vitest'
import { checkRatchet, readRatchet, withoutExceptions } from '../../src/ratchet.ts'
import { readWorkspaces } from '../../src/repository.ts'
import { lint } from '../../src/tools/lint.ts'
import { expectNone } from '../../src/violation.ts'

const complaints = lint()
const exceptions = readRatchet()
const left = withoutExceptions(complaints, exceptions)
const folders = readWorkspaces().map(({ dir }) => dir)

describe('lint', () => {
  test.each(folders)('%s', (folder) => {
    expectNone(left.filter(({ file }) => file.startsWith(`${folder}/`)))
  })

  test('everything else', () => {
    expectNone(left.filter(({ file }) => !folders.some((folder) => file.startsWith(`${folder}/`))))
  })

  test('the exceptions are no larger than what they excuse', () => {
    expectNone(checkRatchet(complaints, exceptions))
  })
})
