import type { Append, Entry, Epoch, LogIndex, Resign, Zxid } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { halt, leaderHint, promise, send } from './context.ts'
import type { Peer } from './peer.ts'
import { become, failFollowerReads } from './roles.ts'
import { forbidTruncation, openEntries, truncateLog } from './wal.ts'

/** Longest silence towards the leader while its own entries are still on their way to the disk (amendment 12). */
const earlyAnswerMicros = 10_000

/**
 * A message of a leader of this epoch: is it obeyed? Rejects what is below the promise, writes the promise where it is above,
 * and takes up following (protocol §2.17). Everything that changes the log on a leader's word passes here (amendment 3).
 */
export function acceptLeader(context: Context, peer: Peer, epoch: Epoch): boolean {
  if (!context.formed) return false
  if (epoch < context.promised.epoch) {
    const renews = context.role === 'following' && context.leader === peer.id && context.promised.candidate === peer.id
    if (renews && echoIsFresh(context, peer)) noteHeard(context)
    reject(context, peer, epoch)
    return false
  }
  if (context.role === 'leading' && context.leaderEpoch === epoch) {
    halt(context, 'I1', `server ${peer.id} leads epoch ${epoch}, which this server leads`)
    return false
  }
  if (context.role === 'following' && context.leaderEpoch === epoch && context.leader !== peer.id) {
    halt(context, 'I1', `server ${peer.id} leads epoch ${epoch}, and so does server ${context.leader}`)
    return false
  }
  const { promised } = context
  const isNew = epoch > promised.epoch || promised.candidate !== peer.id || promised.candidateIncarnation !== peer.incarnation
  if (isNew) promise(context, { epoch, candidate: peer.id, candidateIncarnation: peer.incarnation })
  adopt(context, peer, epoch)
  return true
}

function reject(context: Context, peer: Peer, epoch: Epoch): void {
  send(
    context,
    peer,
    {
      type: 'appended',
      epoch,
      ok: false,
      durableIndex: 0,
      appliedIndex: context.commitIndex,
      promisedEpoch: context.promised.epoch,
      promisedTo: context.promised.candidate,
      leader: leaderHint(context),
      conflict: null,
    },
    { answers: true },
  )
}

/** Does the leader hear us? Its echo names something we sent within the suspicion time-out. */
function echoIsFresh(context: Context, peer: Peer): boolean {
  const sentAt = peer.echoSequence > 0 ? peer.sentTime(peer.echoSequence) : -1
  return sentAt >= 0 && sentAt >= context.now - context.suspicionMicros - peer.roundTrip
}

function adopt(context: Context, peer: Peer, epoch: Epoch): void {
  const already = context.role === 'following' && context.leader === peer.id && context.leaderEpoch === epoch
  if (already) {
    if (echoIsFresh(context, peer)) noteHeard(context)
    return
  }
  const heldBefore = context.leaderEpoch === epoch && peer.suspicion === 'timeout'
  const stale = (heldBefore && !echoIsFresh(context, peer)) || epoch <= peer.resignedEpoch
  if (stale && (context.role === 'looking' || context.role === 'relayed')) return
  if (context.role === 'following') failFollowerReads(context)
  context.leader = peer.id
  context.leaderEpoch = epoch
  context.grant = null
  context.failedCampaigns = 0
  context.refusedEpoch = 0
  context.heartbeatMean = context.timings.heartbeatMicros
  context.leaderHeardAt = context.now
  peer.suspicion = 'none'
  become(context, 'following')
}

/** The leader spoke and hears us: the suspicion time-out starts anew. */
function noteHeard(context: Context): void {
  context.leaderHeardAt = context.now
}

/**
 * The suspicion time-out follows the mean of idle heartbeats (amendment 42). Not of those that hear nothing of us: the time since the
 * last one that did grows with each, and the time-out would run away from it.
 */
function noteHeartbeat(context: Context, peer: Peer, append: Append): void {
  if (append.entries.length > 0 || !append.wantsAnswer || !echoIsFresh(context, peer)) return
  const gap = context.now - context.leaderHeardAt
  if (gap < context.timings.heartbeatMicros / 2) return
  context.heartbeatMean += Math.trunc((gap - context.heartbeatMean) / 8)
  const { suspicionMinMicros, suspicionMaxMicros } = context.timings
  context.suspicionMicros = Math.min(Math.max(3 * context.heartbeatMean, suspicionMinMicros), suspicionMaxMicros)
}

/** Replication at the receiving side (protocol §2.8; Raft §5.3 without truncation on mere absence). */
export function onAppend(context: Context, peer: Peer, append: Append): void {
  if (context.role === 'following' && context.leader === peer.id) noteHeartbeat(context, peer, append)
  if (!acceptLeader(context, peer, append.epoch)) return
  const start = startOf(context, append)
  if (start === null) {
    answerConflict(context, peer, append.epoch)
    return
  }
  const matched = take(context, start.entries, start.prev)
  if (context.halted) return
  if (append.commitIndex > context.commitIndex) {
    context.commitIndex = Math.max(context.commitIndex, Math.min(append.commitIndex, matched))
  }
  if (append.entries.length > 0 || append.wantsAnswer) acknowledge(context, peer, { epoch: append.epoch, matched })
}

/** Where the entries attach: below the base they are committed and skipped (amendment 33); `null`: what they build on is not here. */
function startOf(context: Context, append: Append): { readonly prev: Zxid; readonly entries: readonly Entry[] } | null {
  const { base } = context.log
  if (append.prevZxid.index < base.index) {
    return { prev: base, entries: append.entries.filter((entry) => entry.index > base.index) }
  }
  return context.log.has(append.prevZxid) ? { prev: append.prevZxid, entries: append.entries } : null
}

/** Appends what is new, replaces what differs; returns the index up to which the log now provably equals the leader's. */
function take(context: Context, entries: readonly Entry[], prev: Zxid): LogIndex {
  let matched = prev.index
  for (const [at, entry] of entries.entries()) {
    if (entry.index > context.log.lastIndex) {
      const rest = entries.slice(at)
      checkEpochs(context, rest)
      openEntries(context).push(...rest)
      context.log.append(rest)
      return prev.index + entries.length
    }
    if (context.log.epochAt(entry.index) !== entry.epoch) {
      if (forbidTruncation(context, entry.index - 1)) return matched
      truncateLog(context, entry.index - 1)
      const rest = entries.slice(at)
      checkEpochs(context, rest)
      openEntries(context).push(...rest)
      context.log.append(rest)
      return prev.index + entries.length
    }
    matched = entry.index
  }
  return matched
}

/** I2b and I4b: no entry is of an epoch above the promise, and epochs never decrease along a log. */
function checkEpochs(context: Context, entries: readonly Entry[]): void {
  let before = context.log.last.epoch
  for (const entry of entries) {
    if (entry.epoch < before) halt(context, 'I4b', `entry ${entry.epoch}.${entry.index} follows epoch ${before}`)
    if (entry.epoch > context.promised.epoch) {
      halt(context, 'I2b', `entry ${entry.epoch}.${entry.index} is above the promised epoch ${context.promised.epoch}`)
    }
    before = entry.epoch
  }
}

/** The durable answer, and an early one without a claim when nothing was said for a while (amendment 12). */
function acknowledge(context: Context, peer: Peer, what: { readonly epoch: Epoch; readonly matched: LogIndex }): void {
  const pending = context.wal.length > 0 || context.durableSequence < context.walSequence
  const common = {
    type: 'appended' as const,
    epoch: what.epoch,
    ok: true,
    appliedIndex: context.commitIndex,
    promisedEpoch: context.promised.epoch,
    promisedTo: context.promised.candidate,
    leader: null,
    conflict: null,
  }
  if (pending && context.now - context.answeredAt >= earlyAnswerMicros) {
    context.answeredAt = context.now
    send(context, peer, { ...common, durableIndex: 0 }, { answers: true })
  }
  if (!pending) context.answeredAt = context.now
  send(context, peer, { ...common, durableIndex: what.matched }, { durable: true, answers: true })
}

function answerConflict(context: Context, peer: Peer, epoch: Epoch): void {
  send(
    context,
    peer,
    {
      type: 'appended',
      epoch,
      ok: true,
      durableIndex: 0,
      appliedIndex: context.commitIndex,
      promisedEpoch: context.promised.epoch,
      promisedTo: context.promised.candidate,
      leader: null,
      conflict: context.log.summary(),
    },
    { durable: true, answers: true },
  )
}

/** The leader leaves on its own: no need to wait for a suspicion. */
export function onResign(context: Context, peer: Peer, resign: Resign): void {
  peer.resignedEpoch = Math.max(peer.resignedEpoch, resign.epoch)
  if (context.role !== 'following' || context.leader !== peer.id || context.leaderEpoch > resign.epoch) return
  suspectLeader(context, 'resigned')
}

/** Leaves the leader for a reason; what it said before no longer counts as a sign of life (amendment 14). */
export function suspectLeader(context: Context, why: 'closed' | 'timeout' | 'resigned'): void {
  const peer = context.peers.find((each) => each.id === context.leader)
  if (peer) {
    if (why !== 'closed') peer.suspicion = why
    peer.status = null
  }
  become(context, 'looking')
}

/** At every step while following. */
export function tendFollower(context: Context): void {
  if (context.now - context.leaderHeardAt >= context.suspicionMicros) suspectLeader(context, 'timeout')
}
