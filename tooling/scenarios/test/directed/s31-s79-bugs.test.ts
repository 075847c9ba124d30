import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { loadMutation } from '../../src/mutations.ts'
import type { BugJob, BugOutcome } from './s31-s79-bug-worker.ts'
import { bugs } from './s31-s79-bugs.ts'

const testdata = new URL('../../../../packages/election-core/testdata/', import.meta.url)

function live(job: BugJob): Promise<BugOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('s31-s79-bug-worker.ts', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

describe('a trace of a known bug fails when the bug is put in', () => {
  const named = bugs.map((bug) => ({ ...bug, mistake: typeof bug.mutation === 'string' ? bug.mutation : bug.mutation.title }))

  it.each(named)('$trace: $mistake', { timeout: 60_000 }, async ({ trace, mutation, shows }) => {
    const known = typeof mutation === 'string' ? await loadMutation(mutation) : mutation
    expect(await live({ mutation: known, trace: new URL(`${trace}.txt`, testdata).href })).toContain(shows)
  })
})
