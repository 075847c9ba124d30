import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SynodError } from '@synod/interface'
import type { StoreOwner } from '@synod/interface'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { applyDurableSettings } from './durable-settings.ts'
import { isBusy, isNotADatabase, isReadOnly, toSynodError } from './failure.ts'
import { describeHolder, syncDirectory, writeHolder } from './holder.ts'
import { fingerprint, inspect, lookAround } from './inspect.ts'
import type { Found, Inspected } from './inspect.ts'
import { corrupt, load } from './load.ts'
import type { Loaded } from './load.ts'
import { lockExists, removeLock, takeLock } from './lock.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { assertRights } from './rights.ts'
import { format, migrate, writeStoreRow } from './schema.ts'

/** A store that is held, verified, and ready for its first write. Its lock is let go last. */
export interface OpenedDatabase {
  readonly db: Database
  readonly lock: Database
  readonly loaded: Loaded
}

function makeDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  const top = dirname(resolve(made))
  for (let at = resolve(directory); at !== top && at !== dirname(at); at = dirname(at)) syncDirectory(dirname(at))
}

/** Nobody wrote to it between the look at it and the lock, which a new store has only since then. */
function assertUntouched(found: Found): void {
  if (!found.exists || fingerprint(found.path) === found.fingerprint) return
  throw new SynodError(
    'SYNOD_STORAGE_IN_USE',
    `${found.path} was written to by ${describeHolder(found.holder)} while it was verified; ` + 'stop that process and start again',
    { retryable: true },
  )
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
  if (isReadOnly(error)) return corrupt(found.path, 'its header says that only a newer SQLite may write to it')
  return toSynodError(error, found.path, 'open')
}

/**
 * Empties the write-ahead log that a crash has left, now that it is verified. What is written next begins a new generation of it: behind
 * the newest transactions no frame of an interrupted older one is left, which would make a torn last transaction look like bit rot.
 */
function emptyLog(db: Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)')
}

/** Opens the store of this owner, formatting it when there is none; or throws the reason, having changed nothing. */
export function openStore(options: ResolvedSqliteStorage, owner: StoreOwner): OpenedDatabase {
  let found: Found
  try {
    makeDirectory(options.directory)
    assertRights(options.directory)
    found = lookAround(options.directory)
  } catch (error) {
    throw toSynodError(error, options.directory, 'open')
  }
  const wasHeld = lockExists(options.directory)
  let lock: Database | undefined
  let db: Database | undefined
  try {
    // In a directory that is not ours yet, nothing is made before it is known that it may become so.
    if (wasHeld) lock = takeLock(options.directory)
    const inspected = inspect(found, owner)
    lock ??= takeLock(options.directory)
    assertUntouched(found)
    db = new Sqlite(found.path, { timeout: 0 })
    applyDurableSettings(db, options)
    emptyLog(db)
    const loaded = enter(db, inspected, { path: found.path, owner })
    writeHolder(options.directory)
    return { db, lock, loaded }
  } catch (error) {
    db?.close()
    if (lock !== undefined && !wasHeld) removeLock(options.directory)
    lock?.close()
    throw refusal(error, found)
  }
}
