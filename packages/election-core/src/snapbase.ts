import type { SnapshotMeta } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { metaRecord } from './formation.ts'

/**
 * SNAPBASE, with META and PROMISE written again beside it: so every batch before this one whose entries the snapshot covers can be
 * dropped from the storage.
 */
export function writeSnapbase(context: Context, snapshot: SnapshotMeta): void {
  const { epoch, candidate, candidateIncarnation } = context.promised
  context.wal.push(metaRecord(context))
  if (epoch > 0) context.wal.push({ kind: 'promise', epoch, candidate, candidateIncarnation })
  context.wal.push({ kind: 'snapbase', snapshot })
  context.hintedCommit = Math.max(context.hintedCommit, snapshot.zxid.index)
}
