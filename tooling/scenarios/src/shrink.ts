import type { FaultAction, FaultKind, SimulationResult } from '@synod/sim'
import { runSeed } from './run-seed.ts'

const runsMax = 250

/** A run as small as it still fails; as data, so that it can be kept and run again. */
export interface Shrunk {
  readonly seed: bigint
  readonly nodes: number
  readonly clients: number
  readonly faultsMs: number
  readonly faults: readonly FaultKind[]
  readonly theme: string | null
  readonly schedule: readonly FaultAction[]
}

export interface ShrinkResult {
  /** `null`: there was nothing to shrink. */
  readonly shrunk: Shrunk | null
  readonly invariant: string
  readonly message: string
  readonly runs: number
  readonly faultsBefore: number
}

interface Failure {
  readonly seed: bigint
  readonly nodes: number
  readonly faults: readonly FaultKind[]
  readonly theme?: string | null
}

/** How a run is made; tests put their own here. */
type Runner = (run: Shrunk | Failure) => Promise<Pick<SimulationResult, 'violation' | 'schedule' | 'virtualMicros'>>

/**
 * Makes a failure small as long as the same invariant is violated: less time, fewer clients, fewer servers, fewer faults (half of them
 * first), weaker faults. Every try is a whole run in the weather of the same seed.
 */
export async function shrink({ seed, nodes, faults, theme = null }: Failure, run: Runner = runSeed): Promise<ShrinkResult> {
  // The outcome of a seed is more than that, and a simulation refuses options that it does not know.
  const failure: Failure = { seed, nodes, faults, theme }
  const first = await run(failure)
  const invariant = first.violation?.invariant ?? ''
  const search = new Search(invariant, run)
  const whole: Shrunk = { seed, nodes, faults, theme, clients: 5, faultsMs: 20_000, schedule: first.schedule }
  const faultsBefore = first.schedule.length
  if (first.violation === null) return { shrunk: null, invariant, message: '', runs: 1, faultsBefore }
  search.message = first.violation.message
  let best: Shrunk = whole
  for (let before = ''; before !== describe(best) && !search.isTired;) {
    before = describe(best)
    best = await search.least(best, [1_000, 2_000, 5_000, 10_000, 15_000], (faultsMs) => shorter(best, faultsMs))
    best = await search.fewerFaults(best)
    best = await search.least(best, [0, 1, 2, 3, 4], (clients) => ({ ...best, clients }))
    best = await search.least(best, [1, 3, 5], (nodes) => ({ ...best, nodes }))
  }
  return { shrunk: best, invariant, message: search.message, runs: search.runs, faultsBefore }
}

class Search {
  runs = 1
  message = ''
  readonly #invariant: string
  readonly #run: Runner

  constructor(invariant: string, run: Runner) {
    this.#invariant = invariant
    this.#run = run
  }

  get isTired(): boolean {
    return this.runs >= runsMax
  }

  /** The first of these sizes, from the least, with which it still fails; else what it was. */
  async least(best: Shrunk, sizes: readonly number[], smaller: (size: number) => Shrunk): Promise<Shrunk> {
    for (const size of sizes) {
      const candidate = smaller(size)
      if (!isSmaller(candidate, best) || this.isTired) continue
      if (await this.#fails(candidate)) return candidate
    }
    return best
  }

  async fewerFaults(start: Shrunk): Promise<Shrunk> {
    let best = start
    for (let size = Math.ceil(best.schedule.length / 2); size >= 1 && !this.isTired; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < best.schedule.length && !this.isTired;) {
        const candidate = { ...best, schedule: best.schedule.toSpliced(from, size) }
        if (await this.#fails(candidate)) best = candidate
        else from += size
      }
    }
    return best
  }

  /** A server that is not there any more, say, is no failure of the same kind. */
  async #fails(candidate: Shrunk): Promise<boolean> {
    this.runs += 1
    const { violation } = await this.#run(candidate)
    if (violation?.invariant !== this.#invariant) return false
    this.message = violation.message
    return true
  }
}

function shorter(run: Shrunk, faultsMs: number): Shrunk {
  return { ...run, faultsMs, schedule: run.schedule.filter(({ at }) => at < faultsMs * 1000) }
}

function isSmaller(a: Shrunk, b: Shrunk): boolean {
  return a.faultsMs < b.faultsMs || a.clients < b.clients || a.nodes < b.nodes
}

function describe(run: Shrunk): string {
  return JSON.stringify({ ...run, seed: String(run.seed) })
}
