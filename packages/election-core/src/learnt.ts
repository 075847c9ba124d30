import type { Epoch } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { isSurelyConfirmed } from './context.ts'

/**
 * A leader learns of a promise above its epoch, from a voter stuck behind a dead candidate (trace T5).
 * Unconfirmed it learns nothing: it is probably the one that is out of date (amendment 17).
 */
export function learnHigherPromise(context: Context, epoch: Epoch): void {
  if (context.role !== 'leading' || epoch <= context.leaderEpoch || !isSurelyConfirmed(context)) return
  const running = context.campaign
  if (running && epoch <= running.epoch) return
  context.learntEpoch = Math.max(context.learntEpoch, epoch)
}
