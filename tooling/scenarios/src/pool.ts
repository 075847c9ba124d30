import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { FaultKind } from '@synod/sim'
import type { Mutation } from './mutation.ts'

/** What a worker is asked to run. */
export interface SeedJob {
  readonly seed: bigint
  readonly nodes: number
  readonly faults: readonly FaultKind[]
  /** `null`: the seed draws it. */
  readonly theme: string | null
  /** Default: five. */
  readonly clients?: number
  /** All clients send several writes at once, and do nothing else. */
  readonly bursts?: boolean
}

export interface SeedOutcome extends SeedJob {
  readonly violation: { readonly invariant: string; readonly message: string } | null
  readonly hash: string
  readonly virtualMicros: number
  readonly events: number
  readonly wallMs: number
  readonly coverage: Readonly<Record<string, number>>
  readonly report: string
}

export interface WorkerData {
  readonly mutation: Mutation | null
}

interface PoolOptions {
  readonly workers: number
  readonly mutation: Mutation | null
  /** The next seed to run; `null`: no more. */
  next(): SeedJob | null
  onOutcome(outcome: SeedOutcome): void
}

/** Runs seeds in threads until there are no more. Rejects when a thread dies, or a mutation does not apply. */
export async function runPool(options: PoolOptions): Promise<void> {
  // What a seed makes lives for a second or two of wall time: with room for that, a sixth less time goes into collecting it.
  setFlagsFromString('--min-semi-space-size=64')
  setFlagsFromString('--max-semi-space-size=64')
  await Promise.all(Array.from({ length: options.workers }, () => runWorker(options)))
}

function runWorker({ mutation, next, onOutcome }: PoolOptions): Promise<void> {
  const data: WorkerData = { mutation }
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: data })
  return new Promise<void>((resolve, reject) => {
    const feed = (): void => {
      const job = next()
      if (job === null) resolve()
      else worker.postMessage(job)
    }
    worker.on('message', (message: SeedOutcome | { readonly ready: true; readonly problem: string | null }) => {
      if (!('ready' in message)) onOutcome(message)
      else if (message.problem !== null) return reject(new Error(message.problem))
      feed()
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      reject(new Error(`a worker ended with exit code ${code}`))
    })
  }).finally(() => {
    worker.removeAllListeners('exit')
    void worker.terminate()
  })
}
