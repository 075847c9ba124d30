import type { Micros, NodeId, Role } from '@synod/interface/protocol'
import type { Context, Vote } from './context.ts'
import { campaignMicros, compareVotes, ownVote, peerOf, peerVote } from './context.ts'
import type { Peer } from './peer.ts'
import { isQuorum, isVoter, voterIds } from './quorum.ts'

export function isCanvassing(role: Role): boolean {
  return role === 'looking' || role === 'candidate'
}

/** Own interval between Status while looking or candidate. */
export function statusInterval(context: Context): Micros {
  const { timings } = context
  return context.now - context.lookingSince > timings.lookingPatienceMicros ? timings.statusSlowMicros : timings.statusMicros
}

/** Can each of us hear the other, lately? (amendments 9 and E) */
export function isFresh(context: Context, peer: Peer): boolean {
  const { now, timings } = context
  const status = peer.status
  if (!status || peer.link === 'closed' || peer.link === 'refused') return false
  if (peer.statusAt < now - timings.steadyFreshMicros) return false
  const echoedAt = peer.echoSequence > 0 ? peer.sentTime(peer.echoSequence) : -1
  if (echoedAt < 0 || echoedAt < now - timings.steadyFreshMicros) return false
  if (!isCanvassing(context.role)) return true
  const theirs = isCanvassing(status.role) ? status.nextInMicros : 0
  const interval = Math.max(statusInterval(context), theirs)
  return now - Math.max(peer.statusAt, context.lookingSince) <= 3 * interval + 2 * peer.roundTrip + 5_000
}

/** Voters that this server hears and that hear it, itself included, ascending. */
export function reachOf(context: Context): readonly NodeId[] {
  const { config } = context.log
  return voterIds(config).filter((id) => {
    if (id === context.self) return true
    const peer = peerOf(context, id)
    return peer !== undefined && peer.status?.store !== 'blank' && isFresh(context, peer)
  })
}

/** May this server lead at all now? (amendment 20) */
export function canLead(context: Context): boolean {
  if (context.stopping || context.store === 'blank' || !isVoter(context.log.config, context.self)) return false
  return isTrusted(context) || context.lastResort
}

/** Neither its disk nor its resignations speak against it (amendment 20). */
export function isTrusted(context: Context): boolean {
  return context.now >= context.cannotLeadUntil && context.fastSyncsWanted === 0
}

export function isQuorumConnected(context: Context, reach: readonly NodeId[]): boolean {
  return canLead(context) && isQuorum(context.log.config, (id) => reach.includes(id))
}

/**
 * Does this server still stand by the candidate it granted its promise to? (amendment 15, "pinned grant") For T_camp from when the
 * promise is durable, as the candidate counts; until then as long as a candidate waits for its own disk.
 */
export function isPinned(context: Context): boolean {
  const { grant, timings } = context
  if (!grant || grant.candidate === context.self) return false
  const peer = peerOf(context, grant.candidate)
  const until =
    grant.durableAt < 0 ? grant.at + timings.campaignPromiseMaxMicros : grant.durableAt + campaignMicros(context, grant.failedBefore)
  if (!peer || context.now > until || !isFresh(context, peer)) return false
  const status = peer.status
  if (!status) return false
  return peer.statusAt <= grant.at || (status.role === 'candidate' && status.promisedEpoch === grant.epoch)
}

/** The best canvassing, quorum-connected voter this server can hear, itself included; 0 = none. */
export function supported(context: Context, selfConnected: boolean): NodeId {
  if (isPinned(context) && context.grant) return context.grant.candidate
  let best: Vote | null = selfConnected ? ownVote(context) : null
  for (const peer of context.peers) {
    const vote = peerVote(peer)
    if (!vote || !peer.status || !isCanvassing(peer.status.role) || !peer.status.quorumConnected) continue
    if (!isVoter(context.log.config, peer.id) || !isFresh(context, peer)) continue
    if (!best || compareVotes(vote, best) > 0) best = vote
  }
  return best?.id ?? 0
}
