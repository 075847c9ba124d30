import { SynodError } from '@synod/interface'
import type { Database } from 'better-sqlite3'
import type { ResolvedSqliteStorage } from './options.ts'

/** The settings that make each commit durable, on every connection that writes; each is read back. Bounds of the files beside them. */
export function applyDurableSettings(db: Database, options: ResolvedSqliteStorage): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') {
    throw new SynodError('SYNOD_STORAGE_FAILED', `${db.name}: this file system gives no write-ahead log (journal mode ${String(mode)})`)
  }
  db.pragma('synchronous = FULL')
  const synchronous = db.pragma('synchronous', { simple: true })
  if (synchronous !== 2) {
    throw new SynodError('SYNOD_STORAGE_FAILED', `${db.name}: SQLite does not sync each commit (synchronous is ${String(synchronous)})`)
  }
  // Checkpoints are asked for, in quiet moments.
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`journal_size_limit = ${options.walBytesMax * 2}`)
  db.pragma('cell_size_check = ON')
  if (options.bytesMax === null) return
  const pageSize = Number(db.pragma('page_size', { simple: true }))
  db.pragma(`max_page_count = ${Math.floor(options.bytesMax / pageSize)}`)
}
