import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SynodError } from '@synod/interface'
import type { StoreOwner } from '@synod/interface'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { isBusy, isNotADatabase, toSynodError } from './failure.ts'
import { describeHolder, syncDirectory, writeHolder } from './holder.ts'
import { fingerprint, inspect, lookAround } from './inspect.ts'
import type { Found, Inspected } from './inspect.ts'
import { load } from './load.ts'
import type { Loaded } from './load.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { format, migrate, writeStoreRow } from './schema.ts'

/** A store that is held, verified, and ready for its first write. */
export interface OpenedDatabase {
  readonly db: Database
  readonly loaded: Loaded
}

function makeDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  const top = dirname(resolve(made))
  for (let at = resolve(directory); at !== top && at !== dirname(at); at = dirname(at)) syncDirectory(dirname(at))
}

/** The settings that make a commit durable and the lock exclusive, on every open and in this order; each is read back. */
function hold(db: Database, found: Found): void {
  db.pragma('locking_mode = EXCLUSIVE')
  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') {
    throw new SynodError('SYNOD_STORAGE_FAILED', `${found.path}: this file system gives no write-ahead log (journal mode ${String(mode)})`)
  }
  db.pragma('synchronous = FULL')
  const synchronous = db.pragma('synchronous', { simple: true })
  if (synchronous !== 2) {
    throw new SynodError('SYNOD_STORAGE_FAILED', `${found.path}: SQLite does not sync each commit (synchronous is ${String(synchronous)})`)
  }
  db.exec('BEGIN IMMEDIATE; COMMIT')
  if (found.exists && fingerprint(found.path) !== found.fingerprint) {
    throw new SynodError(
      'SYNOD_STORAGE_IN_USE',
      `${found.path} was written to by ${describeHolder(found.holder)} while it was verified; ` + 'stop that process and start again',
      { retryable: true },
    )
  }
}

/** Bounds of the files. Checkpoints are the worker's, in quiet moments. */
function tune(db: Database, options: ResolvedSqliteStorage): void {
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`journal_size_limit = ${options.walBytesMax * 2}`)
  db.pragma('cell_size_check = ON')
  if (options.bytesMax === null) return
  const pageSize = Number(db.pragma('page_size', { simple: true }))
  db.pragma(`max_page_count = ${Math.floor(options.bytesMax / pageSize)}`)
}

/** Formats, migrates or merely unseals, in one transaction. */
function enter(db: Database, inspected: Inspected, place: { readonly path: string; readonly owner: StoreOwner }): Loaded {
  db.exec('BEGIN IMMEDIATE')
  try {
    if (inspected.kind === 'new') format(db, place.owner)
    if (inspected.kind === 'old') migrate(db, inspected.version)
    const loaded = inspected.kind === 'current' ? inspected.loaded : load(db, place.path)
    writeStoreRow(db, { ...loaded.row, sealed: 0 })
    db.exec('COMMIT')
    return loaded
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function refusal(error: unknown, found: Found): SynodError {
  if (isBusy(error)) {
    return new SynodError(
      'SYNOD_STORAGE_IN_USE',
      `${found.path} is held by ${describeHolder(found.holder)}; stop it, or name another directory`,
      { cause: error },
    )
  }
  if (isNotADatabase(error) && found.holder?.formatted !== true) {
    return new SynodError('SYNOD_STORAGE_FOREIGN', `${found.path} is not a database; name another directory`, { cause: error })
  }
  return toSynodError(error, found.path, 'open')
}

/** Opens the store of this owner, formatting it when there is none; or throws the reason, having changed nothing. */
export function openStore(options: ResolvedSqliteStorage, owner: StoreOwner): OpenedDatabase {
  let found: Found
  try {
    makeDirectory(options.directory)
    found = lookAround(options.directory)
  } catch (error) {
    throw toSynodError(error, options.directory, 'open')
  }
  let db: Database | undefined
  try {
    const inspected = inspect(found, owner)
    db = new Sqlite(found.path, { timeout: 0 })
    hold(db, found)
    tune(db, options)
    const loaded = enter(db, inspected, { path: found.path, owner })
    writeHolder(options.directory)
    return { db, loaded }
  } catch (error) {
    db?.close()
    throw refusal(error, found)
  }
}
