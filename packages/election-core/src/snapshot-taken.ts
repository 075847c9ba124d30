import type { Context } from './context.ts'
import type { CoreEvent } from './events.ts'
import { writeSnapbase } from './snapbase.ts'

/** An own snapshot is stored: the log may begin later. */
export function onSnapshotTaken(context: Context, event: Extract<CoreEvent, { type: 'snapshotTaken' }>): void {
  const { snapshot, keepFrom } = event
  const present = context.log.snapshot
  if (snapshot.zxid.index > context.commitIndex || (present && present.zxid.index >= snapshot.zxid.index)) return
  context.log.noteSnapshot(snapshot)
  context.log.compact(Math.min(keepFrom - 1, snapshot.zxid.index))
  writeSnapbase(context, snapshot)
}
