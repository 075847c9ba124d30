import type { BenchOptions } from './options.ts'
import type { Scenario } from './scenarios.ts'
import type { System } from './systems.ts'

/** One thing to measure once. */
export interface Step {
  readonly kind: 'cold-start' | 'warm-up' | 'sequential-writes' | 'parallel-writes' | 'parallel-reads' | 'locks' | 'kill-gap' | 'stop-gap'
  readonly label: string
  /** About how long it takes. */
  readonly seconds: number
}

/** Unmeasured load before each reading, so that caches, connections and compilers are warm. */
export const warmUpSeconds = 1

const labels: Readonly<Record<Step['kind'], string>> = {
  'cold-start': 'cold start',
  'warm-up': 'warming up',
  'sequential-writes': 'writes, one after the other',
  'parallel-writes': '16 × 16 writes',
  'parallel-reads': '16 × 16 reads',
  locks: 'lock and unlock',
  'kill-gap': 'leader killed',
  'stop-gap': 'leader stopped',
}

/** What the bare pipeline can do. */
const ofPipeline: readonly Scenario[] = ['cold-start', 'sequential-writes', 'parallel-writes', 'memory']

/** What is done with one system, in order. It begins with a start, because everything else needs one; without anything else there is none. */
export function stepsOf(options: BenchOptions, system: System): Step[] {
  const possible = options.scenarios.filter((scenario) => system !== 'pipeline' || ofPipeline.includes(scenario))
  const asked = (...names: Scenario[]): boolean => names.some((name) => possible.includes(name))
  if (possible.length === 0) return []
  const load = options.seconds + warmUpSeconds + 1
  const loads = [
    ...(asked('sequential-writes') ? (['sequential-writes'] as const) : []),
    ...(asked('parallel-writes', 'memory') ? (['parallel-writes'] as const) : []),
    ...(asked('parallel-reads') ? (['parallel-reads'] as const) : []),
    ...(asked('locks') ? (['locks'] as const) : []),
  ]
  return [
    ...repeat('cold-start', asked('cold-start') ? options.rounds : 1, 3),
    ...(loads.length === 0 ? [] : repeat('warm-up', 1, load)),
    ...loads.flatMap((kind) => repeat(kind, options.rounds, load)),
    ...(asked('kill-gap') ? repeat('kill-gap', options.faults, 4) : []),
    ...(asked('stop-gap') ? repeat('stop-gap', options.faults, 7) : []),
  ]
}

function repeat(kind: Step['kind'], count: number, seconds: number): Step[] {
  return Array.from({ length: count }, (_, index) => ({
    kind,
    label: count === 1 ? labels[kind] : `${labels[kind]}, ${index + 1} of ${count}`,
    seconds,
  }))
}
