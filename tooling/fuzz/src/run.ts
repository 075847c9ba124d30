import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Failure } from './failure.ts'
import { Desk } from './messages.ts'
import type { WorkerMessage, WorkerTask } from './messages.ts'
import type { Target } from './target.ts'

/** How a run is made. */
export interface RunOptions {
  readonly targets: readonly Target[]
  /** Where workers find them; default: those of the product. */
  readonly module?: URL
  readonly inputs: number
  readonly seed: number
  /** Called when something failed, at once. */
  readonly onFailure: (failure: Failure) => void
  /** Called when a target is through. */
  readonly onTarget: (result: TargetResult) => void
  /** An input that takes longer hangs. Default 20 000. */
  readonly hangMs?: number
  /** Memory of a worker, in mebibytes. An input that needs more fails. Default 256. */
  readonly heapMiB?: number
}

/** How it went with one target. */
export interface TargetResult {
  readonly target: string
  readonly inputs: number
  readonly failures: number
  /** Different outcomes that were seen. */
  readonly outcomes: number
  readonly seconds: number
}

/** Runs all targets, each in a worker of its own, as many at a time as there are processors. */
export async function run(options: RunOptions): Promise<readonly TargetResult[]> {
  const waiting = shares(options)
  const results: TargetResult[] = []
  const line = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await runTarget(next.target.name, next.inputs, options)
      results.push(result)
      options.onTarget(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), options.targets.length) }, line))
  return results
}

/** How many inputs each target gets: all of them together, by weight, and one at least. */
function shares({ targets, inputs }: RunOptions): { readonly target: Target; readonly inputs: number }[] {
  let [left, weights] = [inputs, targets.reduce((sum, { weight }) => sum + weight, 0)]
  return targets.map((target) => {
    const share = Math.max(1, Math.round((left * target.weight) / weights))
    left = Math.max(0, left - share)
    weights -= target.weight
    return { target, inputs: share }
  })
}

async function runTarget(target: string, inputs: number, options: RunOptions): Promise<TargetResult> {
  const { seed, onFailure, hangMs = 20_000, heapMiB = 256, module = new URL('targets/index.ts', import.meta.url) } = options
  const startedAt = performance.now()
  const desk = new Desk()
  const task: WorkerTask = { target, inputs, seed, module: module.href, memory: desk.memory }
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  })
  let told = 0
  const fail = (message: string): void => {
    told += 1
    onFailure({ target, at: desk.begun - 1, message, input: desk.input })
  }
  const ended = await new Promise<{ readonly failures: number; readonly outcomes: number } | null>((resolve) => {
    const watchdog = watch(desk, hangMs, () => {
      fail(`has taken more than ${hangMs} ms`)
      resolve(null)
    })
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failure') onFailure(message.failure)
      else resolve(message)
    })
    worker.on('error', (error) => {
      fail(`ended the worker: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      resolve(null)
    })
    worker.on('exit', () => {
      clearInterval(watchdog)
      resolve(null)
    })
  })
  await worker.terminate()
  const seconds = (performance.now() - startedAt) / 1000
  // One that ended without a word has failed, too.
  const failures = ended?.failures ?? Math.max(1, told)
  return { target, inputs: ended === null ? desk.begun : inputs, failures, outcomes: ended?.outcomes ?? 0, seconds }
}

/** Calls back when the same input has been on the desk for too long. */
function watch(desk: Desk, hangMs: number, onHang: () => void): NodeJS.Timeout {
  let last = -1
  let since = performance.now()
  return setInterval(() => {
    const { begun } = desk
    const now = performance.now()
    if (begun !== last) {
      last = begun
      since = now
    } else if (now - since > hangMs) {
      since = now
      onHang()
    }
  }, 250)
}
