import type { ClusterConfig, LogIndex, MemberConfig, NodeId } from '@synod/interface/protocol'

function isMajority(members: readonly MemberConfig[], has: (id: NodeId) => boolean): boolean {
  let total = 0
  let present = 0
  for (const member of members) {
    if (member.kind === 'observer') continue
    total += member.weight
    if (has(member.id)) present += member.weight
  }
  return present * 2 > total
}

/** Strict majority of weight, in both halves while a configuration is joint (protocol §2.0). */
export function isQuorum(config: ClusterConfig, has: (id: NodeId) => boolean): boolean {
  return isMajority(config.members, has) && (config.outgoing === null || isMajority(config.outgoing, has))
}

/** True for members that may vote and be counted: weight above zero, not an observer (I14). */
export function isVoter(config: ClusterConfig, id: NodeId): boolean {
  const counts = (member: MemberConfig): boolean => member.id === id && member.kind !== 'observer' && member.weight > 0
  return config.members.some(counts) || (config.outgoing?.some(counts) ?? false)
}

/** A configuration never changes, and is asked at every step. */
const knownVoters = new WeakMap<ClusterConfig, readonly NodeId[]>()

/** Ids of all voters of the active configurations, ascending. */
export function voterIds(config: ClusterConfig): readonly NodeId[] {
  const known = knownVoters.get(config)
  if (known) return known
  const ids = [...config.members, ...(config.outgoing ?? [])].map((member) => member.id).filter((id) => isVoter(config, id))
  const voters = [...new Set(ids)].sort((a, b) => a - b)
  knownVoters.set(config, voters)
  return voters
}

/** Greatest index that a quorum has reached. `matchOf` gives each voter's durable index. */
export function quorumIndex(config: ClusterConfig, matchOf: (id: NodeId) => LogIndex): LogIndex {
  let reached = 0
  for (const id of voterIds(config)) {
    const index = matchOf(id)
    if (index > reached && isQuorum(config, (other) => matchOf(other) >= index)) reached = index
  }
  return reached
}
