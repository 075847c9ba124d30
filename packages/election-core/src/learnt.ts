import type { Epoch, LeaderHint } from '@synod/interface/protocol'
import type { Context } from './context.ts'

/**
 * A leader hears of a promise above its epoch: of a voter stuck behind a dead candidate (trace T5), or of its own successor's. It
 * only remembers it; whether it renews is for `tendReEpoch`.
 */
export function learnHigherPromise(context: Context, epoch: Epoch): void {
  if (context.role !== 'leading' || epoch <= Math.max(context.leaderEpoch, context.learntEpoch)) return
  if (context.campaign && epoch <= context.campaign.epoch) return
  context.learntEpoch = epoch
  context.renewalThresholds = null
}

/** Whether somebody follows, or is, a live leader of a higher epoch: a quorum has promised it, so that this one commits nothing any more. */
export function isSuperseded(context: Context, leader: LeaderHint | null): boolean {
  return context.role === 'leading' && leader?.alive === true && leader.id !== context.self && leader.epoch > context.leaderEpoch
}
