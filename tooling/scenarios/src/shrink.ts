import type { FaultAction, FaultKind } from '@synod/sim'
import { runSeed } from './run-seed.ts'

const runsMax = 200

/**
 * Leaves away faults, half of them first, as long as the same invariant is still violated. What is left can be given as `schedule`.
 * Every try is a whole run of the same seed with fewer faults.
 */
export async function shrink(failure: {
  readonly seed: bigint
  readonly nodes: number
  readonly faults: readonly FaultKind[]
}): Promise<string> {
  const { seed, nodes, faults } = failure
  const first = await runSeed({ seed, nodes, faults })
  const invariant = first.violation?.invariant
  if (invariant === undefined) return 'nothing to shrink: this seed does not fail'
  let schedule = first.schedule
  let message = first.violation?.message ?? ''
  let runs = 0
  const stillFails = async (fewer: readonly FaultAction[]): Promise<boolean> => {
    runs += 1
    const { violation } = await runSeed({ seed, nodes, faults, schedule: fewer })
    if (violation?.invariant !== invariant) return false
    message = violation.message
    return true
  }
  for (let size = Math.ceil(schedule.length / 2); size >= 1 && runs < runsMax; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < schedule.length && runs < runsMax;) {
      const fewer = schedule.toSpliced(from, size)
      if (await stillFails(fewer)) schedule = fewer
      else from += size
    }
  }
  const lines = schedule.map((action) => `  ${JSON.stringify(action)},`)
  return [
    `shrunk to ${schedule.length} of ${first.schedule.length} faults in ${runs} runs: ${invariant}: ${message.split('\n')[0]}`,
    'schedule: [',
    ...lines,
    ']',
  ].join('\n')
}
