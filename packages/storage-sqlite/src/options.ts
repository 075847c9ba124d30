import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'

/** What a store in SQLite may be told. */
export interface SqliteStorageOptions {
  /** Where `synod.db` and its companions live; made when it is missing. One directory for each server. */
  readonly directory: string
  /**
   * Bound of the database file in bytes; a write beyond it fails with `SYNOD_STORAGE_FAILED`, as on a full disk.
   * At least 1 MiB. Default: no bound.
   */
  readonly bytesMax?: number
  /**
   * Bytes in the write-ahead log at which it is copied into the database file even while appends are waiting; at a quarter of
   * it, that is done in the first quiet moment. From 64 KiB to 1 GiB. Default 8 MiB.
   */
  readonly walBytesMax?: number
  /**
   * Mean time of a sync, in ms, up to which appends are synced in the thread of the caller: that saves two changes of threads for each,
   * and keeps the caller from all else for as long as a sync takes. On a slower disk, and for five seconds after a sync of 50 ms or more,
   * they go to the store's own thread. From 0 (always there) to 1000. Default 1.
   */
  readonly callerSyncMs?: number
}

/** Options with every default filled in. */
export interface ResolvedSqliteStorage {
  readonly directory: string
  readonly bytesMax: number | null
  readonly walBytesMax: number
  readonly callerSyncMs: number
}

const kib = 1024
const mib = 1024 * kib

/** Fills in the defaults, or throws one `SYNOD_INVALID_CONFIG` with every issue. */
export function resolveOptions(options: SqliteStorageOptions): ResolvedSqliteStorage {
  const issues: ConfigIssue[] = []
  const { directory, bytesMax, walBytesMax = 8 * mib, callerSyncMs = 1 } = options
  for (const key of Object.keys(options)) {
    if (!['directory', 'bytesMax', 'walBytesMax', 'callerSyncMs'].includes(key)) issues.push({ path: key, message: 'is not an option' })
  }
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    issues.push({ path: 'directory', message: 'must be the path of a directory' })
  }
  if (bytesMax !== undefined && !(Number.isSafeInteger(bytesMax) && bytesMax >= mib)) {
    issues.push({ path: 'bytesMax', message: `must be an integer ≥ ${mib} (it is ${bytesMax})` })
  }
  if (!(Number.isSafeInteger(walBytesMax) && walBytesMax >= 64 * kib && walBytesMax <= 1024 * mib)) {
    issues.push({ path: 'walBytesMax', message: `must be an integer from ${64 * kib} to ${1024 * mib} (it is ${walBytesMax})` })
  }
  if (!(typeof callerSyncMs === 'number' && callerSyncMs >= 0 && callerSyncMs <= 1000)) {
    issues.push({ path: 'callerSyncMs', message: `must be a number from 0 to 1000 (it is ${callerSyncMs})` })
  }
  if (issues.length > 0) {
    const list = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ')
    throw new SynodError('SYNOD_INVALID_CONFIG', `the options of the SQLite storage are wrong: ${list}`, { issues })
  }
  return Object.freeze({ directory, bytesMax: bytesMax ?? null, walBytesMax, callerSyncMs })
}
