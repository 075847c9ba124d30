import { loadMutation } from '@tooling/scenarios/src/mutations.ts'
import { describe, expect, it } from 'vitest'
import { tryMutation } from '../src/mutations.ts'

/** What must find them, and how the last lines of the story begin. */
const known = [
  ['quorum-half', /^I7|^I1/],
  ['promise-before-fsync', /^I3/],
  ['lead-before-own-promise', /^I3/],
  ['append-acked-before-fsync', /^I3/],
  ['prior-epoch-commit', /^I7/],
  ['promise-for-two', /^I/],
] as const

describe('a broken core', () => {
  it.each(known)(
    '%s is found',
    async (name, invariant) => {
      const { problem, explored } = await tryMutation(await loadMutation(name))
      expect(problem).toBeNull()
      expect(explored?.violation?.invariant).toMatch(invariant)
      expect(explored?.story.at(-1)?.trim()).toMatch(invariant)
      expect(explored?.story[0]).toBe('1 boots')
    },
    60_000,
  )
})
