import type { Micros } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { downMicros } from './context.ts'
import { isFetching } from './fetch.ts'
import { lastResortMicros } from './last-resort.ts'
import { reEpochDue } from './re-epoch.ts'
import { commitNewsDue } from './replication.ts'

/** The next moment at which something is due without any event. */
export function nextTimer(context: Context): Micros | null {
  if (context.halted || !context.started) return null
  const due: Micros[] = context.peers.length > 0 ? [context.statusAt] : []
  if (!context.formed && context.formatAt > context.now) due.push(context.formatAt)
  if (context.campaign) due.push(context.campaign.deadline, context.campaign.retryAt)
  if (context.campaign && isFetching(context.campaign)) due.push(context.campaign.fetchAt)
  if (context.role === 'following') due.push(context.leaderHeardAt + context.suspicionMicros)
  if (context.role === 'leading') dueWhileLeading(context, due)
  if (context.role === 'looking') {
    if (context.finalizeAt !== null) due.push(context.finalizeAt)
    if (context.backoffUntil > context.now) due.push(context.backoffUntil)
    if (context.cannotLeadUntil > context.now)
      due.push(Math.min(context.cannotLeadUntil, Math.max(context.now, context.lookingSince) + lastResortMicros))
  }
  const next = due.reduce((earliest, at) => Math.min(earliest, at), Number.MAX_SAFE_INTEGER)
  return next === Number.MAX_SAFE_INTEGER ? null : Math.max(next, context.now + 1)
}

function dueWhileLeading(context: Context, due: Micros[]): void {
  due.push(context.heartbeatAt)
  for (const peer of context.peers) {
    const newsAt = commitNewsDue(context, peer)
    if (newsAt !== null) due.push(newsAt)
  }
  const oldest = context.walPending[0]
  const diskAt = oldest ? oldest.at + context.timings.diskMaxMicros : 0
  if (diskAt > context.now) due.push(diskAt)
  if (context.learntEpoch > context.leaderEpoch && reEpochDue(context) > context.now) due.push(reEpochDue(context))
}

/**
 * The self-stall guard (protocol §2.5, amendments 7 and 16): this server was not running for `gap` after the moment it had asked to be woken.
 * Suspicion and campaign deadlines move by the gap. A leader is unconfirmed until messages sent after the stall are answered.
 * Whatever confirms (freshness, echoes, reads) does not move.
 */
export function excuseStall(context: Context): void {
  if (context.timerAt === null) return
  const gap = context.now - context.timerAt
  if (gap <= 3 * context.timings.heartbeatMicros) return
  const { heartbeatMicros } = context.timings
  // The own timer may come before the heartbeats that wait in the socket: the leader gets one interval more.
  context.leaderHeardAt = Math.max(context.leaderHeardAt + gap, context.now - context.suspicionMicros + heartbeatMicros)
  if (context.finalizeAt !== null) context.finalizeAt += gap
  if (context.campaign) context.campaign.deadline += gap
  if (context.role === 'leading') {
    context.unconfirmedSince = context.now
    context.renewalThresholds = null
    context.downGuard = Math.max(context.downGuard, context.now - downMicros(context) + context.timings.suspicionMinMicros)
  }
}
