import type { Entry, LogIndex } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { halt } from './context.ts'

/** The `entries` record at the end of this step's batch, to push to: entries of one step travel as one record. */
export function openEntries(context: Context): Entry[] {
  const newest = context.wal.at(-1)
  if (newest?.kind === 'entries') return newest.entries as Entry[]
  const entries: Entry[] = []
  context.wal.push({ kind: 'entries', prev: context.log.last, entries })
  return entries
}

/** Discards everything after `keepIndex`, in memory now and on disk with this step's batch. The caller has checked I8 and I9. */
export function truncateLog(context: Context, keepIndex: LogIndex): void {
  context.log.truncate(keepIndex)
  context.wal.push({ kind: 'truncate', keepIndex })
}

/** Production check of I8: only called where a log is about to lose entries. */
export function forbidTruncation(context: Context, keepIndex: number): boolean {
  if (context.role === 'leading') halt(context, 'I8', `leader of epoch ${context.leaderEpoch} would truncate its log to ${keepIndex}`)
  else if (keepIndex < context.commitIndex) halt(context, 'I9', `truncation to ${keepIndex} below the commit index ${context.commitIndex}`)
  return context.halted
}
