import { Worker } from 'node:worker_threads'
import type { Mutation } from '../../src/mutation.ts'
import { loadMutation } from '../../src/mutations.ts'
import type { BugJob, BugOutcome } from './trace-with-bug-worker.ts'

const testdata = new URL('../../../../packages/election-core/testdata/', import.meta.url)

/** Lives a trace of the core again, in a thread of its own, with a bug put in: a mutation, or the name of one. What came of it. */
export async function traceWithBug(trace: string, bug: string | Mutation): Promise<BugOutcome> {
  const mutation = typeof bug === 'string' ? await loadMutation(bug) : bug
  const job: BugJob = { mutation, trace: new URL(`${trace}.txt`, testdata).href }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('trace-with-bug-worker.ts', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
