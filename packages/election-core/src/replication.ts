import type { Append, Appended, Micros } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { halt, peerOf, send } from './context.ts'
import type { LogSummary } from './log.ts'
import { entryBytes } from './log.ts'
import type { Peer } from './peer.ts'
import { isSuperseded, learnHigherPromise } from './learnt.ts'
import { stepDown } from './roles.ts'
import { startSnapshot } from './snapshot-sending.ts'

/**
 * How long commit news wait for the next entries to travel with (amendment 36): the next write of a client that writes one after
 * the other comes within this. A follower whose own clients wait for the commit is told in the same turn.
 */
const commitNewsMicros = 2_000

/** Points a follower's progress at the first entry it lacks: exact DIFF or TRUNC, or a snapshot (protocol §2.8). */
export function startAt(context: Context, peer: Peer, summary: LogSummary): void {
  const { progress } = peer
  const common = context.log.commonIndex(summary)
  progress.inflight = []
  progress.inflightBytes = 0
  progress.probing = false
  if (common < context.log.firstIndex - 1) {
    startSnapshot(context, peer)
    return
  }
  progress.snapshot = null
  progress.mode = 'probe'
  progress.next = Math.max(common, progress.match) + 1
  progress.startedAfter = peer.outSequence
}

/** Sends what is new to everybody who can take it; called once at the end of a step. */
export function flushAppends(context: Context): void {
  if (context.role !== 'leading') return
  for (const peer of context.peers) {
    if (peer.link === 'closed' || peer.link === 'refused') continue
    feed(context, peer)
    const due = commitNewsDue(context, peer)
    if (due !== null && due <= context.now) sendAppend(context, peer, { entries: [], wantsAnswer: false })
  }
}

/** When this follower has to be told of a commit by a message that has no other purpose; null when it knows, or will learn it another way. */
export function commitNewsDue(context: Context, peer: Peer): Micros | null {
  const { progress } = peer
  if (peer.link === 'closed' || peer.link === 'refused') return null
  if (progress.toldCommit >= context.commitIndex || progress.mode !== 'pipeline' || progress.next <= context.log.lastIndex) return null
  if (progress.awaitsCommit > progress.toldCommit && progress.awaitsCommit <= context.commitIndex) return context.now
  return progress.untoldSince + commitNewsMicros
}

function feed(context: Context, peer: Peer): void {
  const { progress } = peer
  const { limits, log } = context
  if (progress.mode === 'snapshot') return
  if (progress.next < log.firstIndex) {
    startSnapshot(context, peer)
    return
  }
  if (progress.mode === 'probe') {
    if (progress.probing) return
    progress.probing = true
    sendAppend(context, peer, { entries: log.window(progress.next, 64 * 1024), wantsAnswer: true })
    return
  }
  while (progress.next <= log.lastIndex) {
    if (progress.inflight.length >= limits.inflightMessagesMax || progress.inflightBytes >= limits.inflightBytesMax) return
    const entries = log.window(progress.next, limits.appendBytesMax)
    const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    sendAppend(context, peer, { entries, wantsAnswer: true })
    progress.next += entries.length
    progress.inflight.push({ lastIndex: progress.next - 1, bytes })
    progress.inflightBytes += bytes
  }
}

/** One Append from the follower's `next` on; returns its sequence. */
export function sendAppend(context: Context, peer: Peer, content: Pick<Append, 'entries' | 'wantsAnswer'>): number {
  const { progress } = peer
  progress.toldCommit = context.commitIndex
  return send(context, peer, {
    type: 'append',
    epoch: context.leaderEpoch,
    prevZxid: context.log.zxidAt(Math.max(progress.next - 1, context.log.base.index)),
    entries: content.entries,
    commitIndex: context.commitIndex,
    wantsAnswer: content.wantsAnswer,
  })
}

/** Empty Appends to everybody that has heard nothing for a heartbeat interval; an unanswered probe is tried again. */
export function heartbeat(context: Context): void {
  if (context.now < context.heartbeatAt) return
  const interval = context.timings.heartbeatMicros
  context.heartbeatAt = context.now + interval
  for (const peer of context.peers) {
    if (peer.link === 'closed' || peer.link === 'refused') continue
    if (peer.progress.mode === 'probe') peer.progress.probing = false
    else sendAppend(context, peer, { entries: [], wantsAnswer: true })
  }
}

export function onAppended(context: Context, peer: Peer, arrived: { readonly message: Appended; readonly echo: number }): void {
  const { message, echo } = arrived
  if (context.role !== 'leading') return
  const renewing =
    context.campaign?.reEpoch === true && message.promisedEpoch === context.campaign.epoch && message.promisedTo === context.self
  if (message.epoch !== context.leaderEpoch) return
  if (!message.ok) {
    if (renewing) peer.confirmAt = Math.max(peer.confirmAt, peer.sentTime(echo))
    else onRejected(context, peer, message)
    return
  }
  peer.confirmSequence = Math.max(peer.confirmSequence, echo)
  peer.confirmAt = Math.max(peer.confirmAt, peer.sentTime(echo))
  if (message.conflict) {
    onConflict(context, peer, { summary: message.conflict, echo })
    return
  }
  if (message.durableIndex > 0) noteMatch(context, peer, message.durableIndex)
}

/** What a follower said of its log before it had heard anything since the last start: the probe on its way answers that. */
export function isFromBeforeStart({ progress }: Peer, echo: number): boolean {
  return progress.startedAfter > 0 && echo <= progress.startedAfter
}

/** The follower lacks what an Append built on. Many answers about one gap start one probe, not a storm (amendment 35). */
function onConflict(context: Context, peer: Peer, { summary, echo }: { readonly summary: LogSummary; readonly echo: number }): void {
  const { progress } = peer
  if (progress.mode === 'snapshot' && progress.snapshot) return
  if (isFromBeforeStart(peer, echo)) return
  startAt(context, peer, summary)
}

/** A follower of a higher promise: either there is a newer leader, or it is stuck and needs a renewal (T5). */
function onRejected(context: Context, peer: Peer, message: Appended): void {
  if (isSuperseded(context, message.leader)) {
    stepDown(context, 'superseded')
    return
  }
  if (message.promisedEpoch > context.leaderEpoch) learnHigherPromise(context, message.promisedEpoch)
}

export function noteMatch(context: Context, peer: Peer, index: number): void {
  const { progress } = peer
  if (index > context.log.lastIndex) {
    halt(context, 'I7', `server ${peer.id} acknowledges ${index}, beyond the leader's last index ${context.log.lastIndex}`)
    return
  }
  progress.match = Math.max(progress.match, index)
  while (progress.inflight[0] && progress.inflight[0].lastIndex <= index) {
    progress.inflightBytes -= progress.inflight.shift()?.bytes ?? 0
  }
  if (progress.mode === 'probe') {
    progress.mode = 'pipeline'
    progress.probing = false
    progress.next = progress.match + 1
  } else if (progress.next <= progress.match) progress.next = progress.match + 1
}

/** The link is gone: whatever was on its way may be lost (protocol §2.17). */
export function pauseProgress(context: Context, id: number): void {
  const progress = peerOf(context, id)?.progress
  if (!progress) return
  progress.mode = 'probe'
  progress.probing = false
  progress.snapshot = null
  progress.inflight = []
  progress.inflightBytes = 0
  progress.next = Math.max(progress.match, context.log.base.index) + 1
  if (progress.match === 0) progress.next = context.log.lastIndex + 1
}
