import { test } from 'vitest'
import { readWorkspaces } from '../../src/repository.ts'
import { checkChangesets } from '../../src/rules/changesets.ts'
import { changedSinceRelease, readChangesets } from '../../src/tools/changesets.ts'
import { expectNone } from '../../src/violation.ts'

test('every package whose sources changed since the last release has a changeset', () => {
  expectNone(checkChangesets(readWorkspaces(), readChangesets(), changedSinceRelease()))
})
