import type { Hold } from '../recording.ts'
import { checkResult, seconds } from './check.ts'
import type { CheckResult } from './check.ts'

/** No two clients believed at the same moment that they held a lock, and every later holder had a greater token. */
export function checkExclusion(holds: readonly Hold[]): CheckResult {
  const anomalies: string[] = []
  const locks = new Map<string, Hold[]>()
  for (const hold of holds) locks.set(hold.lock, [...(locks.get(hold.lock) ?? []), hold])
  for (const [lock, its] of locks) {
    its.sort((a, b) => a.from - b.from)
    for (const [index, hold] of its.entries()) {
      const before = its[index - 1]
      if (before === undefined) continue
      if (hold.from < before.to) anomalies.push(`${lock}: ${tell(before)} and ${tell(hold)} at the same time`)
      if (hold.token <= before.token) anomalies.push(`${lock}: ${tell(hold)} after ${tell(before)}`)
    }
  }
  const lost = holds.filter((hold) => hold.lost).length
  return checkResult(
    'one holder at a time',
    `${holds.length} holders of ${locks.size} locks, ${lost} of them lost theirs and were told`,
    anomalies,
  )
}

function tell({ client, token, from, to }: Hold): string {
  return `${client} held it with token ${token} from ${seconds(from)} to ${seconds(to)}`
}
