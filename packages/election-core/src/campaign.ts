import type { AckEpoch, NodeId } from '@synod/interface/protocol'
import { compareZxid } from '@synod/interface/protocol'
import type { Campaign, Context } from './context.ts'
import {
  campaignMicros,
  compareVotes,
  distrustDisk,
  halt,
  ownVote,
  peerOf,
  peerVote,
  priorityOf,
  promise,
  roundTripMax,
  send,
  voters,
} from './context.ts'
import { askFetch, retryFetch } from './fetch.ts'
import { isCanvassing, isFresh } from './freshness.ts'
import { withdraw } from './last-resort.ts'
import { lead, resumeInNewEpoch } from './leading.ts'
import { isSuperseded } from './learnt.ts'
import type { Peer } from './peer.ts'
import { isQuorum } from './quorum.ts'
import { become, stepDown } from './roles.ts'

/** Asks for the binding promise (protocol §2.7). The own promise is on its way to the disk meanwhile. */
export function campaign(context: Context, pool: readonly NodeId[]): void {
  const known = pool.map((id) => peerOf(context, id)?.status?.promisedEpoch ?? 0)
  const epoch = 1 + Math.max(context.promised.epoch, context.refusedEpoch, ...known)
  become(context, 'candidate')
  startCampaign(context, epoch, false)
}

/** Common to an ordinary campaign and to a leader's renewal in place. */
export function startCampaign(context: Context, epoch: number, reEpoch: boolean): void {
  promise(context, { epoch, candidate: context.self, candidateIncarnation: context.incarnation })
  const limit = context.timings.campaignPromiseMaxMicros
  context.campaign = {
    epoch,
    startedAt: context.now,
    reEpoch,
    promiseSequence: context.walSequence + 1,
    deadline: context.now + limit,
    retryAt: context.now,
    grants: new Map(),
    refusals: new Set(),
    donor: 0,
    fetchAt: 0,
    fetchRetries: 0,
    windowSequence: 0,
    windowLast: false,
  }
  askForPromises(context, context.campaign)
}

function askForPromises(context: Context, campaigning: Campaign): void {
  const lastZxid = campaigning.reEpoch ? context.log.last : context.durableLast
  for (const id of voters(context)) {
    const peer = peerOf(context, id)
    if (!peer || campaigning.grants.has(id) || campaigning.refusals.has(id)) continue
    const { epoch, reEpoch } = campaigning
    send(context, peer, { type: 'newEpoch', epoch, lastZxid, priority: priorityOf(context, context.self), reEpoch, transferToken: 0 })
  }
  campaigning.retryAt = context.now + Math.max(2 * roundTripMax(context) + 20_000, context.timings.statusMicros)
}

/** At every step while a campaign runs: own durable promise, retries, time-outs. */
export function tendCampaign(context: Context): void {
  const campaigning = context.campaign
  if (!campaigning) return
  if (campaigning.promiseSequence > 0 && context.durableSequence >= campaigning.promiseSequence) {
    campaigning.promiseSequence = 0
    // Followers go on in the old epoch until they have the new one: a renewal has the patience of a slow disk (amendment 18).
    campaigning.deadline =
      context.now + (campaigning.reEpoch ? context.timings.campaignPromiseMaxMicros : campaignMicros(context, context.failedCampaigns))
    campaigning.grants.set(context.self, context.log.summary())
    judgeCampaign(context)
  }
  if (context.campaign !== campaigning) return
  if (campaigning.windowSequence > 0 && context.durableSequence >= campaigning.windowSequence) {
    campaigning.windowSequence = 0
    campaigning.grants.set(context.self, context.log.summary())
    judgeCampaign(context)
  }
  if (context.campaign === campaigning && retryFetch(context, campaigning)) judgeCampaign(context)
  if (context.campaign !== campaigning) return
  if (context.now >= campaigning.deadline) failCampaign(context)
  else if (context.now >= campaigning.retryAt) askForPromises(context, campaigning)
}

/** Back to looking (or out of leadership, for a renewal) with the deterministic back-off of amendment 15. */
export function failCampaign(context: Context): void {
  const campaigning = context.campaign
  if (!campaigning) return
  context.campaign = null
  context.failedCampaigns += 1
  // A disk that cannot take a promise in time would not carry a leader, either (amendment 20).
  // Who was refused before that says nothing of its disk.
  if (campaigning.promiseSequence > 0 && context.now >= campaigning.deadline && !campaigning.reEpoch) {
    distrustDisk(context)
    withdraw(context)
  }
  if (campaigning.reEpoch) {
    stepDown(context, 'resign')
    return
  }
  const mine = ownVote(context)
  const above = context.peers.filter((peer) => {
    const vote = peerVote(peer)
    return (
      vote &&
      peer.status &&
      isCanvassing(peer.status.role) &&
      peer.status.quorumConnected &&
      isFresh(context, peer) &&
      compareVotes(vote, mine) > 0
    )
  })
  const unit = Math.min(2 * roundTripMax(context) + 5_000, context.timings.finalizeMaxMicros)
  context.backoffUntil = context.now + unit * (1 + above.length)
  become(context, 'looking')
}

export function onAckEpoch(context: Context, peer: Peer, ack: AckEpoch): void {
  const campaigning = context.campaign
  if (!campaigning || ack.epoch !== campaigning.epoch || ack.candidateIncarnation !== context.incarnation) return
  if (ack.granted) {
    campaigning.grants.set(peer.id, { lastZxid: ack.lastZxid, epochTable: ack.epochTable, firstIndex: ack.firstIndex })
    campaigning.refusals.delete(peer.id)
    judgeCampaign(context)
    return
  }
  campaigning.refusals.add(peer.id)
  context.refusedEpoch = Math.max(context.refusedEpoch, ack.promisedEpoch)
  if (isSuperseded(context, ack.leader)) {
    stepDown(context, 'superseded')
    return
  }
  if (!campaigning.reEpoch && ack.leader?.alive === true && ack.leader.id !== context.self && ack.leader.epoch >= campaigning.epoch) {
    failCampaign(context)
    return
  }
  // Who is gone will not grant, either: with refusals enough it is not waited for.
  const gone = (id: NodeId): boolean => {
    const peer = peerOf(context, id)
    return peer?.link === 'closed' || peer?.link === 'refused' || peer?.suspicion === 'timeout'
  }
  const possible = (id: NodeId): boolean => campaigning.grants.has(id) || (!campaigning.refusals.has(id) && !gone(id))
  if (!isQuorum(context.log.config, possible)) failCampaign(context)
}

/**
 * Leads once a quorum, with the own *durable* promise in it (S79), has granted and no grant in it knows a longer log;
 * otherwise fetches what is missing from the one that has it.
 */
export function judgeCampaign(context: Context): void {
  const campaigning = context.campaign
  if (!campaigning || campaigning.windowSequence > 0) return
  const own = campaigning.grants.get(context.self)
  if (!own || !isQuorum(context.log.config, (id) => campaigning.grants.has(id))) return
  let donor: NodeId = 0
  let best = campaigning.reEpoch ? context.log.last : own.lastZxid
  for (const id of voters(context)) {
    const grant = campaigning.grants.get(id)
    if (grant && compareZxid(grant.lastZxid, best) > 0) {
      donor = id
      best = grant.lastZxid
    }
  }
  if (donor !== 0) {
    if (campaigning.reEpoch) {
      context.campaign = null
      stepDown(context, 'behind')
    } else if (campaigning.donor !== donor) askFetch(context, campaigning, donor)
    return
  }
  if (context.log.last.epoch >= campaigning.epoch) {
    halt(context, 'I4b', `log ends in epoch ${context.log.last.epoch} when about to lead ${campaigning.epoch}`)
    return
  }
  if (campaigning.reEpoch) resumeInNewEpoch(context, campaigning)
  else lead(context, campaigning)
}
