import type { Context } from './context.ts'
import type { CoreEvent } from './events.ts'
import { metaRecord } from './formation.ts'

/**
 * An own snapshot is stored: the log may begin later. META and PROMISE are written again beside SNAPBASE, so that every batch whose
 * entries are all below `keepFrom` can be dropped from the storage.
 */
export function onSnapshotTaken(context: Context, event: Extract<CoreEvent, { type: 'snapshotTaken' }>): void {
  const { snapshot, keepFrom } = event
  const present = context.log.snapshot
  if (snapshot.zxid.index > context.commitIndex || (present && present.zxid.index >= snapshot.zxid.index)) return
  context.log.noteSnapshot(snapshot)
  context.log.compact(Math.min(keepFrom - 1, snapshot.zxid.index))
  const { epoch, candidate, candidateIncarnation } = context.promised
  context.wal.push(metaRecord(context))
  if (epoch > 0) context.wal.push({ kind: 'promise', epoch, candidate, candidateIncarnation })
  context.wal.push({ kind: 'snapbase', snapshot })
}
