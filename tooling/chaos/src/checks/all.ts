import type { Recording } from '../recording.ts'
import type { CheckResult } from './check.ts'
import { checkCreations } from './creations.ts'
import type { KeptNode } from './creations.ts'
import { checkKeys, checkLockOrder } from './linearizability.ts'
import { checkExclusion } from './locks.ts'
import { checkReads } from './reads.ts'
import { checkReplicas, checkServers, checkSurprises } from './servers.ts'
import { checkWatches, storyOf } from './watches.ts'

/** What is known only after the run. */
export interface Ending {
  /** The sequential nodes that are there; null when they could not be read, which is an anomaly of its own. */
  readonly nodes: readonly KeptNode[] | null
  readonly converged: boolean
  /** What the servers said last. */
  readonly servers: string
}

/** Every check there is, over a whole recording. */
export function checkAll(recording: Recording, { nodes, converged, servers }: Ending): CheckResult[] {
  const story = storyOf(recording.watches)
  return [
    checkKeys(recording.registers),
    checkReads(recording, story),
    ...(nodes === null ? [] : [checkCreations(recording.creations, nodes)]),
    checkWatches(recording, story),
    checkExclusion(recording.holds),
    checkLockOrder(recording.locks),
    checkReplicas(recording, converged, servers),
    checkServers(recording),
    checkSurprises(recording),
  ]
}
