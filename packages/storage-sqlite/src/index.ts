/**
 * The durable stream and the snapshots of a Synod server in one SQLite file, written by a thread of its own, or by its caller while the disk is quick.
 * @module
 */
import type { LogStorage } from '@synod/interface'
import { resolveOptions } from './options.ts'
import type { SqliteStorageOptions } from './options.ts'
import { SqliteStorage } from './sqlite-storage.ts'

export type { SqliteStorageOptions } from './options.ts'

/**
 * Makes the storage of one server. Nothing is touched before `open`, which starts the thread, verifies every byte that is there
 * and refuses a store that is in use, foreign, damaged or missing, with the reason and the way out.
 * Throws `SYNOD_INVALID_CONFIG` naming every wrong option.
 */
export function createSqliteStorage(options: SqliteStorageOptions): LogStorage {
  return new SqliteStorage(resolveOptions(options))
}
