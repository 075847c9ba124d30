import type { Fetch, Fetched, NodeId } from '@synod/interface/protocol'
import type { Campaign, Context } from './context.ts'
import { halt, peerOf, send } from './context.ts'
import type { Peer } from './peer.ts'
import { startSnapshot } from './snapshot-sending.ts'
import { forbidTruncation, openEntries, truncateLog } from './wal.ts'

/** Asks a voter that granted, and knows more, for what is missing (fetch-up, protocol §2.7, amendment 5). */
export function askFetch(context: Context, campaigning: Campaign, donor: NodeId): void {
  const peer = peerOf(context, donor)
  if (!peer) return
  campaigning.donor = donor
  const { lastZxid, firstIndex, epochTable } = context.log.summary()
  send(context, peer, { type: 'fetch', epoch: campaigning.epoch, lastZxid, firstIndex, epochTable })
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
  campaigning.deadline = context.now + Math.max(context.timings.campaignMinMicros, context.timings.campaignPromiseMaxMicros)
}

/** The donor's link is gone: its grant goes with it, any other quorum of grants is as good (amendment 5). */
export function forgetDonor(context: Context, id: NodeId): void {
  const campaigning = context.campaign
  if (!campaigning || campaigning.donor !== id) return
  campaigning.donor = 0
  campaigning.grants.delete(id)
}
