import type { LeaderHint, Micros, NodeId } from '@synod/interface/protocol'
import { campaign } from './campaign.ts'
import type { Context } from './context.ts'
import { compareVotes, noteRole, ownVote, peerOf, peerVote, roundTripMax, send } from './context.ts'
import { isCanvassing, isFresh, isQuorumConnected, reachOf, supported } from './freshness.ts'
import type { Peer } from './peer.ts'
import { isQuorum, voterIds } from './quorum.ts'

const helloMicros: Micros = 50_000

/**
 * The canvass (protocol §2.6 as amended in section E): non-binding, deterministic, no rounds. Evaluated at the end of every step
 * in `looking` and `relayed`; it may greet a leader, wait behind a relay, or start a campaign.
 */
export function evaluate(context: Context): void {
  if (!context.formed || (context.role !== 'looking' && context.role !== 'relayed')) return
  const leader = heardLeader(context)
  if (leader) {
    clearFinalize(context)
    greet(context, leader)
    return
  }
  const relayed = relayedLeader(context)
  if (relayed) {
    if (context.role === 'relayed' && context.leader === relayed.id) return
    clearFinalize(context)
    if (!isArriving(context, relayed.id)) enterRelayed(context, relayed)
    return
  }
  if (context.role === 'relayed') leaveRelayed(context)

  const reach = reachOf(context)
  const connected = isQuorumConnected(context, reach)
  if (!connected || supported(context, connected) !== context.self || context.now < context.backoffUntil) {
    clearFinalize(context)
    return
  }
  const pool = poolOf(context)
  if (!isQuorum(context.log.config, (id) => pool.includes(id))) {
    clearFinalize(context)
    return
  }
  if (mayCampaignNow(context, reach)) campaign(context, pool)
}

/** Rule 1: a live leader heard directly, after this server began to look. */
function heardLeader(context: Context): Peer | null {
  for (const peer of context.peers) {
    const status = peer.status
    if (!status || status.role !== 'leading' || peer.statusAt <= context.lookingSince || peer.suspicion === 'resigned') continue
    if (status.leader?.alive === true && isFresh(context, peer)) return peer
  }
  return null
}

/** Says what we have, whatever the leader's epoch (amendment 21); we follow only once an Append of it is accepted. */
function greet(context: Context, leader: Peer): void {
  if (context.now - leader.helloAt < helloMicros) return
  leader.helloAt = context.now
  const { lastZxid, firstIndex, epochTable } = context.log.summary()
  const { epoch, candidate } = context.promised
  send(context, leader, { type: 'hello', promisedEpoch: epoch, promisedTo: candidate, lastZxid, firstIndex, epochTable })
}

/** Rule 2: a quorum, counting the leader, reports a live leader that cannot be reached from here (amendment 13). */
function relayedLeader(context: Context): LeaderHint | null {
  const hints = context.peers.flatMap((peer) => {
    const hint = reportOf(context, peer)
    return hint ? [{ from: peer.id, hint }] : []
  })
  for (const { hint } of hints) {
    const leader = peerOf(context, hint.id)
    if (!leader || isFresh(context, leader)) continue
    const reporters = hints.filter((each) => each.hint.id === hint.id && each.hint.epoch === hint.epoch).map((each) => each.from)
    if (isQuorum(context.log.config, (id) => id === hint.id || reporters.includes(id))) return hint
  }
  return null
}

/**
 * Too early to be relayed. Its link is there, or was not tried yet: it will be heard in a moment. Or the link broke just now: when the
 * leader died, those that report it alive have not noticed yet, and say so before their next Status is due.
 */
function isArriving(context: Context, leader: NodeId): boolean {
  const { suspicionMinMicros, statusMicros } = context.timings
  const peer = peerOf(context, leader)
  const isBroken = peer?.link === 'closed' || peer?.link === 'refused'
  const patience = isBroken ? Math.max(statusMicros, 2 * roundTripMax(context)) : suspicionMinMicros
  return context.now - context.lookingSince < patience
}

function reportOf(context: Context, peer: Peer): LeaderHint | null {
  const hint = peer.status?.leader
  if (!hint || !hint.alive || hint.id === context.self || peer.statusAt <= context.lookingSince || !isFresh(context, peer)) return null
  return hint
}

function enterRelayed(context: Context, leader: LeaderHint): void {
  context.role = 'relayed'
  context.leader = leader.id
  context.leaderEpoch = leader.epoch
  noteRole(context)
}

function leaveRelayed(context: Context): void {
  context.role = 'looking'
  context.leader = 0
  context.lookingSince = context.now
  noteRole(context)
}

function clearFinalize(context: Context): void {
  context.finalizeAt = null
  context.finalizeFor = 0
}

/** Rule 4: who would grant: explicit supporters, and those that will support us once they know what we know (implied support). */
function poolOf(context: Context): readonly NodeId[] {
  const mine = ownVote(context)
  const pool: NodeId[] = [context.self]
  for (const peer of context.peers) {
    const status = peer.status
    const vote = peerVote(peer)
    if (!status || !vote || status.role !== 'looking' || status.store === 'blank' || !isFresh(context, peer)) continue
    if (status.supports === context.self || (impliesSupport(context, peer) && compareVotes(vote, mine) < 0)) pool.push(peer.id)
  }
  return pool
}

function impliesSupport(context: Context, peer: Peer): boolean {
  const status = peer.status
  if (!status || (status.supports !== 0 && status.supports !== peer.id)) return false
  const mine = ownVote(context)
  return status.reach.every((id) => {
    if (id === peer.id || id === context.self) return true
    const other = peerOf(context, id)
    const vote = other && peerVote(other)
    if (!other?.status || !vote || !isFresh(context, other)) return false
    return !(isCanvassing(other.status.role) && other.status.quorumConnected && compareVotes(vote, mine) > 0)
  })
}

/** Rule 6: at once when everybody looks or is accounted for, else after the grace of a closed link or `finalizeWait`. */
function mayCampaignNow(context: Context, reach: readonly NodeId[]): boolean {
  const missing = voterIds(context.log.config).filter((id) => !reach.includes(id))
  const silent = context.peers.some((peer) => reach.includes(peer.id) && isYetToSpeak(peer))
  let graceUntil = 0
  let allAccounted = !silent
  for (const id of missing) {
    const peer = peerOf(context, id)
    if (!peer) continue
    if (peer.link === 'refused' || peer.suspicion !== 'none') continue
    if (peer.link === 'closed') {
      graceUntil = Math.max(graceUntil, peer.closedAt + Math.max(2 * peer.roundTrip, context.timings.closedGraceMinMicros))
      continue
    }
    allAccounted = false
  }
  if (allAccounted) {
    context.finalizeFor = 0
    context.finalizeAt = graceUntil
    return context.now >= graceUntil
  }
  if (context.finalizeAt === null || context.finalizeFor !== context.self) {
    const longest = roundTripMax(context)
    const wait = longest > 0 ? Math.min(2 * longest + 5_000, context.timings.finalizeMaxMicros) : context.timings.finalizeMaxMicros
    context.finalizeFor = context.self
    context.finalizeAt = Math.max(context.now + wait, graceUntil)
  }
  return context.now >= context.finalizeAt
}

/** It has a leader still, or had when it spoke last: it may be about to look, too, and with a better vote. */
function isYetToSpeak({ status }: Peer): boolean {
  return status !== null && !isCanvassing(status.role)
}
