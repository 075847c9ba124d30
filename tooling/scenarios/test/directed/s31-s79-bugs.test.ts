import { describe, expect, it } from 'vitest'
import { bugs } from './s31-s79-bugs.ts'
import { traceWithBug } from './trace-with-bug.ts'

describe('a trace of a known bug fails when the bug is put in', () => {
  const named = bugs.map((bug) => ({ ...bug, mistake: typeof bug.mutation === 'string' ? bug.mutation : bug.mutation.title }))

  it.each(named)('$trace: $mistake', { timeout: 60_000 }, async ({ trace, mutation, shows }) => {
    expect(await traceWithBug(trace, mutation)).toContain(shows)
  })
})
