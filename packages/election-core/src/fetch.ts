import type { Fetch, Fetched, NodeId } from '@synod/interface/protocol'
import type { Campaign, Context } from './context.ts'
import { halt, peerOf, roundTripMax, send } from './context.ts'
import type { Peer } from './peer.ts'
import { isQuorum } from './quorum.ts'
import { startSnapshot } from './snapshot-sending.ts'
import { forbidTruncation, openEntries, truncateLog } from './wal.ts'

/** First patience with a donor; each retry doubles it, for a window may be long on its way. */
const patienceMicros = 250_000

/** Asks a voter that granted, and knows more, for what is missing (fetch-up, protocol §2.7, amendment 5). */
export function askFetch(context: Context, campaigning: Campaign, donor: NodeId): void {
  campaigning.donor = donor
  noteFetchProgress(context, campaigning)
  sendFetch(context, campaigning)
}

function sendFetch(context: Context, campaigning: Campaign): void {
  const peer = peerOf(context, campaigning.donor)
  const { lastZxid, firstIndex, epochTable } = context.log.summary()
  if (peer) send(context, peer, { type: 'fetch', epoch: campaigning.epoch, lastZxid, firstIndex, epochTable })
}

/** Something came, or is asked for anew: T_camp starts again (amendment 5). */
export function noteFetchProgress(context: Context, campaigning: Campaign): void {
  campaigning.deadline = context.now + context.timings.campaignPromiseMaxMicros
  campaigning.fetchRetries = 0
  campaigning.fetchAt = context.now + Math.max(patienceMicros, 4 * roundTripMax(context))
}

/** A donor has been asked and has not answered yet. */
export function isFetching(campaigning: Campaign): boolean {
  return campaigning.donor !== 0 && campaigning.windowSequence === 0
}

/**
 * Asks a silent donor once more, because the question or the answer was lost. Is it silent again, its grant is let go where the others
 * are a quorum without it: then returns true, and the campaign must be judged anew.
 */
export function retryFetch(context: Context, campaigning: Campaign): boolean {
  if (!isFetching(campaigning) || context.now < campaigning.fetchAt) return false
  const { donor } = campaigning
  campaigning.fetchRetries += 1
  campaigning.fetchAt = context.now + Math.max(patienceMicros, 4 * roundTripMax(context)) * 2 ** campaigning.fetchRetries
  const others = (id: NodeId): boolean => id !== donor && campaigning.grants.has(id)
  if (campaigning.fetchRetries > 1 && isQuorum(context.log.config, others)) {
    forgetDonor(context, donor)
    return true
  }
  sendFetch(context, campaigning)
  return false
}

/** The donor answers only while its promise is to that very candidate: the log it reported must not change under the fetch. */
export function onFetch(context: Context, peer: Peer, ask: Fetch): void {
  const { promised, log, limits } = context
  const entitled = promised.epoch === ask.epoch && promised.candidate === peer.id && promised.candidateIncarnation === peer.incarnation
  if (!entitled || context.role === 'leading') return
  const common = log.commonIndex(ask)
  if (common < log.firstIndex - 1) {
    startSnapshot(context, peer, { epoch: ask.epoch })
    return
  }
  const entries = log.window(common + 1, limits.appendBytesMax)
  send(
    context,
    peer,
    {
      type: 'fetched',
      epoch: ask.epoch,
      candidateIncarnation: peer.incarnation,
      prevZxid: log.zxidAt(common),
      entries,
      last: common + entries.length >= log.lastIndex,
    },
    { durable: true, answers: true },
  )
}

/** One window arrives: matched and appended like an Append, one batch; its durability is what replaces the own grant. */
export function onFetched(context: Context, peer: Peer, window: Fetched): void {
  const campaigning = context.campaign
  if (!campaigning || campaigning.reEpoch || campaigning.donor !== peer.id || campaigning.windowSequence > 0) return
  if (window.epoch !== campaigning.epoch || window.candidateIncarnation !== context.incarnation) return
  if (context.promised.epoch !== campaigning.epoch || context.promised.candidate !== context.self) return
  if (window.entries.length > 0 && window.entries.every((entry) => context.log.epochAt(entry.index) === entry.epoch)) return
  campaigning.donor = 0
  if (!context.log.has(window.prevZxid) || window.prevZxid.index < context.log.base.index) {
    campaigning.windowSequence = context.walSequence
    return
  }
  if (window.entries.some((entry) => entry.epoch >= campaigning.epoch)) {
    halt(context, 'I4b', `fetched entries of an epoch not below the candidate's ${campaigning.epoch}`)
    return
  }
  for (const entry of window.entries) {
    if (context.log.epochAt(entry.index) === entry.epoch) continue
    if (entry.index <= context.log.lastIndex) {
      if (forbidTruncation(context, entry.index - 1)) return
      truncateLog(context, entry.index - 1)
    }
    openEntries(context).push(entry)
    context.log.append([entry])
  }
  campaigning.windowSequence = context.wal.length > 0 ? context.walSequence + 1 : Math.max(context.walSequence, 1)
  campaigning.windowLast = window.last
  noteFetchProgress(context, campaigning)
}

/** The donor's link is gone: its grant goes with it, any other quorum of grants is as good (amendment 5). */
export function forgetDonor(context: Context, id: NodeId): void {
  const campaigning = context.campaign
  if (!campaigning || campaigning.donor !== id) return
  campaigning.donor = 0
  campaigning.grants.delete(id)
}
