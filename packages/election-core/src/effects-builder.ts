import type { Context, OutgoingDraft } from './context.ts'
import type { Effects, Outgoing } from './effects.ts'
import { nextTimer } from './timers.ts'

/** Turns what a step has collected into its effects, and makes room for the next. */
export function finishStep(context: Context): Effects {
  if (context.wal.length > 0) {
    if (context.commitIndex - context.hintedCommit >= context.limits.commitHintEntries) hintCommit(context)
    context.walSequence += 1
    context.walPending.push({ sequence: context.walSequence, last: context.log.last, at: context.now })
  }
  context.timerAt = nextTimer(context)
  const effects: Effects = {
    wal: context.halted ? context.lastRecords : context.wal,
    walSequence: context.walSequence,
    send: context.halted ? [] : outgoing(context),
    install: context.install,
    commitIndex: context.commitIndex,
    notices: context.notices,
    snapshot: context.halted ? [] : context.snapshotCommands,
    timerAt: context.timerAt,
  }
  context.wal = []
  context.lastRecords = []
  context.drafts = []
  context.notices = []
  context.snapshotCommands = []
  context.install = null
  return effects
}

/** Saves a restart from waiting for a leader before it applies what it has; costs no sync of its own (protocol §2.1, amendment 4). */
function hintCommit(context: Context): void {
  context.hintedCommit = context.commitIndex
  context.wal.push({ kind: 'commithint', index: context.commitIndex })
}

/** Before the incarnation is durable only what waits for it may be queued (amendment 38). */
function outgoing(context: Context): readonly Outgoing[] {
  const drafts = context.started ? context.drafts : context.drafts.filter((draft) => draft.durable)
  return drafts.map((draft) => addressed(context, draft))
}

function addressed(context: Context, draft: OutgoingDraft): Outgoing {
  const { to, toIncarnation, sequence, echo, body, lane } = draft
  return { to: to.id, afterSequence: draft.durable ? context.walSequence : 0, lane, message: { toIncarnation, sequence, echo, body } }
}
