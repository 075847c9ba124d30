import type { ClusterConfig } from '@synod/interface/protocol'

/** A configuration of this many equal voters, numbered from one. */
export function configOf(size: number): ClusterConfig {
  const members = Array.from({ length: size }, (_, at) => ({ id: at + 1, instance: 1, kind: 'voter' as const, weight: 1, priority: 0 }))
  return { members, outgoing: null, leaseMs: 0 }
}
