import type { Better } from './statistics.ts'

/** What can be asked for with `--scenarios`, in the order in which it is measured. */
export const scenarios = [
  'cold-start',
  'sequential-writes',
  'parallel-writes',
  'parallel-reads',
  'locks',
  'memory',
  'kill-gap',
  'stop-gap',
] as const

export type Scenario = (typeof scenarios)[number]

/** A number that a scenario yields, and how it stands in the table. */
export interface Metric {
  readonly scenario: Scenario
  readonly name: string
  readonly title: string
  readonly unit: '/s' | 'ms' | 'MB'
  readonly better: Better
}

const rates = (scenario: Scenario, title: string): Metric[] => [
  { scenario, name: 'rate', title, unit: '/s', better: 'more' },
  { scenario, name: 'p50Ms', title: '  p50', unit: 'ms', better: 'less' },
  { scenario, name: 'p99Ms', title: '  p99', unit: 'ms', better: 'less' },
]

/** The rows of the table. */
export const metrics: readonly Metric[] = [
  ...rates('sequential-writes', 'writes, one after the other'),
  ...rates('parallel-writes', 'writes, 16 clients × 16 outstanding'),
  ...rates('parallel-reads', 'linearizable reads, 16 × 16 (ZooKeeper: local, not linearizable)'),
  ...rates('locks', 'lock + unlock, one after the other'),
  { scenario: 'kill-gap', name: 'ms', title: 'leader killed (SIGKILL): gap between writes', unit: 'ms', better: 'less' },
  { scenario: 'stop-gap', name: 'ms', title: 'leader stopped (SIGSTOP): gap between writes', unit: 'ms', better: 'less' },
  { scenario: 'memory', name: 'peakMb', title: 'memory of the greatest server under 16 × 16 writes', unit: 'MB', better: 'less' },
  { scenario: 'cold-start', name: 'ms', title: 'three servers from cold to the first write', unit: 'ms', better: 'less' },
]
