import { medianOf } from '../results.ts'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenarios.ts'
import type { System } from '../systems.ts'

/** A goal that can be checked: a ratio of rates to a peer, or a limit for a figure of Synod's own. */
export interface Target {
  readonly title: string
  readonly scenario: Scenario
  readonly metric: string
  /** At least so many times this peer's figure. */
  readonly atLeast?: { readonly times: number; readonly peer: Exclude<System, 'synod'> }
  readonly atMost?: number
}

/** `met` is null when a figure that is needed was not measured. */
export interface TargetResult {
  readonly title: string
  readonly wanted: string
  readonly measured: string
  readonly met: boolean | null
}

const times = (title: string, scenario: Scenario, atLeast: { times: number; peer: 'zookeeper' | 'etcd' }): Target => ({
  title,
  scenario,
  metric: 'rate',
  atLeast,
})

/** What the first working cluster has to reach, on the way to what `docs/benchmarks.md` tells of later goals. */
export const targets: readonly Target[] = [
  times('writes one after the other, beside ZooKeeper', 'sequential-writes', { times: 1.5, peer: 'zookeeper' }),
  times('writes one after the other, beside etcd', 'sequential-writes', { times: 1.5, peer: 'etcd' }),
  times('16 × 16 writes, beside ZooKeeper', 'parallel-writes', { times: 4, peer: 'zookeeper' }),
  times('16 × 16 writes, beside etcd', 'parallel-writes', { times: 4, peer: 'etcd' }),
  times("16 × 16 linearizable reads, beside ZooKeeper's local ones", 'parallel-reads', { times: 1, peer: 'zookeeper' }),
  times('lock + unlock, beside ZooKeeper', 'locks', { times: 1.5, peer: 'zookeeper' }),
  { title: 'gap when the leader is killed (SIGKILL), p50', scenario: 'kill-gap', metric: 'ms', atMost: 60 },
  { title: 'gap when the leader is stopped (SIGSTOP), p50', scenario: 'stop-gap', metric: 'ms', atMost: 400 },
]

/** Compares the medians with the targets. */
export function judge(results: Results, wanted: readonly Target[] = targets): TargetResult[] {
  return wanted.map((target) => {
    const { title, atLeast, atMost, scenario, metric: name } = target
    const ours = medianOf(results, 'synod', { scenario, name })
    if (atLeast === undefined) {
      const limit = atMost ?? 0
      return {
        title,
        wanted: `≤ ${limit} ms`,
        measured: ours === undefined ? '–' : `${ours.toFixed(0)} ms`,
        met: ours === undefined ? null : ours <= limit,
      }
    }
    const theirs = medianOf(results, atLeast.peer, { scenario, name })
    const ratio = ours === undefined || theirs === undefined || theirs === 0 ? null : ours / theirs
    return {
      title,
      wanted: `≥ ${atLeast.times} ×`,
      measured: ratio === null ? '–' : `${ratio.toFixed(2)} ×`,
      met: ratio === null ? null : ratio >= atLeast.times,
    }
  })
}
