import { parentPort, workerData } from 'node:worker_threads'
import { applyMutation, type Mutation } from './mutation.ts'
import type { SeedJob, SeedOutcome, WorkerData } from './pool.ts'

/** Runs seeds in a thread of its own; a mutation is applied before any product code is loaded. */
async function main({ mutation }: WorkerData): Promise<void> {
  const applied = mutation === null ? null : applyMutation(mutation satisfies Mutation)
  const { clientsOfSeeds, runSeed } = await import('./run-seed.ts')
  const problem = applied?.problem() ?? null
  parentPort?.on('message', (job: SeedJob) => {
    void run(job).then((outcome) => {
      parentPort?.postMessage(outcome)
    })
  })
  parentPort?.postMessage({ ready: true, problem })

  async function run(job: SeedJob): Promise<SeedOutcome> {
    const started = performance.now()
    const { seed, nodes, faults, theme, clients = clientsOfSeeds, bursts = false } = job
    const result = await runSeed({ seed, nodes, faults, theme, clients, bursts })
    const { violation, hash, virtualMicros, events, coverage } = result
    return {
      ...job,
      violation,
      hash,
      virtualMicros,
      events,
      coverage,
      wallMs: performance.now() - started,
      report: violation === null ? '' : result.report(),
    }
  }
}

await main(workerData as WorkerData)
