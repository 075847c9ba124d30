import type { ClusterConfig, NodeId } from '@synod/interface/protocol'

/** Are these more than half of the weight? Reckoned here and not by the product's own rule, which may be what is wrong. */
export function isMajority({ members }: ClusterConfig, counted: (id: NodeId) => boolean): boolean {
  let all = 0
  let sum = 0
  for (const { id, kind, weight } of members) {
    if (kind === 'observer') continue
    all += weight
    if (counted(id)) sum += weight
  }
  return 2 * sum > all
}
