import type { Micros } from '@synod/interface/protocol'
import { startCampaign } from './campaign.ts'
import { askConfirmation, isConfirmedSince } from './confirmation.ts'
import type { Context } from './context.ts'

/** Renewals are at least this many suspicion times apart (protocol §2.7). */
const spacing = 10

/** A leader that is not established may not become so without the voter of the higher promise; but for that it has this many times to try. */
const electedPatience = 2

export function reEpochDue(context: Context): Micros {
  const { reEpochAt, ledAt, strength, suspicionMicros } = context
  const due = reEpochAt + spacing * suspicionMicros
  return strength === 'established' ? due : Math.max(due, ledAt + electedPatience * suspicionMicros)
}

/**
 * Renews the epoch in place: promises and a new EPOCH entry, without stepping down, while replication goes on (amendment 18). Only once
 * a quorum has echoed Appends sent after the higher promise was heard of: where a successor was elected, no quorum does (decision 13).
 */
export function tendReEpoch(context: Context): void {
  if (context.role !== 'leading' || context.campaign || context.learntEpoch <= context.leaderEpoch) return
  if (context.now < reEpochDue(context)) return
  context.renewalThresholds ??= askConfirmation(context)
  if (!isConfirmedSince(context, context.renewalThresholds)) return
  const epoch = Math.max(context.learntEpoch, context.promised.epoch) + 1
  context.reEpochAt = context.now
  context.learntEpoch = 0
  context.renewalThresholds = null
  startCampaign(context, epoch, true)
}
