import type { NewEpoch } from '@synod/interface/protocol'
import { compareZxid } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { compareVotes, isConfirmed, leaderHint, ownVote, peerOf, peerVote, promise, send } from './context.ts'
import { isFresh, isQuorumConnected, reachOf, supported } from './freshness.ts'
import { learnHigherPromise } from './learnt.ts'
import type { Peer } from './peer.ts'
import { become } from './roles.ts'

/** A candidate asks for the binding promise (protocol §2.7). A granted answer leaves only when the promise is durable (I3). */
export function onNewEpoch(context: Context, peer: Peer, ask: NewEpoch): void {
  if (!context.formed) return
  const { promised } = context
  const same = ask.epoch === promised.epoch && promised.candidate === peer.id && promised.candidateIncarnation === peer.incarnation
  if (!same && (ask.epoch <= promised.epoch || isSticky(context, peer, ask))) {
    answer(context, peer, { ask, granted: false })
    if (context.role === 'leading') learnHigherPromise(context, ask.epoch)
    return
  }
  if (!same) {
    if (context.role === 'candidate' || context.role === 'leading') context.campaign = null
    promise(context, { epoch: ask.epoch, candidate: peer.id, candidateIncarnation: peer.incarnation })
    context.grant = {
      candidate: peer.id,
      epoch: ask.epoch,
      at: context.now,
      sequence: context.walSequence + 1,
      durableAt: -1,
      failedBefore: context.grant ? context.grant.failedBefore + 1 : 0,
    }
    const keepsItsLeader = context.role === 'following' && context.leader === peer.id
    if (!keepsItsLeader && context.role !== 'looking') become(context, 'looking')
  }
  answer(context, peer, { ask, granted: true })
}

/** Stickiness keeps a healthy leader or a better candidate undisturbed. Liveness only: safety never rests on it. */
function isSticky(context: Context, peer: Peer, ask: NewEpoch): boolean {
  if (ask.transferToken !== 0) return false
  if (context.role === 'leading') return isConfirmed(context)
  if (context.role === 'following') return context.leader !== peer.id
  const choice = supported(context, isQuorumConnected(context, reachOf(context)))
  if (choice === 0 || choice === peer.id) return false
  const other = peerOf(context, choice)
  if (other && !isFresh(context, other)) return false
  const vote = choice === context.self ? ownVote(context) : other && peerVote(other)
  const asking = { lastZxid: ask.lastZxid, priority: ask.priority, id: peer.id }
  return vote !== null && vote !== undefined && compareVotes(vote, asking) > 0
}

function answer(context: Context, peer: Peer, verdict: { readonly ask: NewEpoch; readonly granted: boolean }): void {
  const { lastZxid, firstIndex, epochTable } = context.log.summary()
  send(
    context,
    peer,
    {
      type: 'ackEpoch',
      epoch: verdict.ask.epoch,
      candidateIncarnation: peer.incarnation,
      granted: verdict.granted,
      promisedEpoch: context.promised.epoch,
      promisedTo: context.promised.candidate,
      lastZxid: verdict.granted ? lastZxid : leastZxid(context),
      epochTable,
      firstIndex,
      leader: leaderHint(context),
      faulty: false,
      lastEntryAgeMicros: 0,
    },
    { durable: verdict.granted, answers: true },
  )
}

/** A refusal leaves at once, so it may only name what is durable. */
function leastZxid(context: Context): { readonly epoch: number; readonly index: number } {
  return compareZxid(context.durableLast, context.log.last) <= 0 ? context.durableLast : context.log.last
}
