import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'
import type { StoreOwner } from '@synod/interface'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { isBusy } from './failure.ts'
import { readHolder } from './holder.ts'
import type { Holder } from './holder.ts'
import { corrupt, load, loadStoreRow } from './load.ts'
import type { Loaded } from './load.ts'
import { applicationId, oldestVersion, schemaVersion } from './schema.ts'
import { findWalDamage } from './wal-scan.ts'

/** What the file system tells without opening the database file by `fs`, which would put its lock at risk. */
export interface Found {
  readonly path: string
  readonly holder: Holder | null
  /** Sizes and times of the database file and its write-ahead log: equal values, untouched files. */
  readonly fingerprint: string
  /** There is a file with something in it. */
  readonly exists: boolean
  /** SQLite's own files that are not there: whoever only looks at the database makes them. */
  readonly absent: readonly string[]
}

/** What a read-only look at a store found. */
export type Inspected =
  | { readonly kind: 'new' }
  | { readonly kind: 'old'; readonly version: number }
  | { readonly kind: 'current'; readonly loaded: Loaded }

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}

/** Changes whenever anybody writes to the store. */
export function fingerprint(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
      return stat === undefined || stat.size === 0n ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`
    })
    .join(' ')
}

/** Finds what is in a directory, or throws what is missing. */
export function lookAround(directory: string): Found {
  const path = join(directory, 'synod.db')
  const holder = readHolder(directory)
  const size = sizeOf(path)
  const walBytes = sizeOf(`${path}-wal`) ?? 0
  if (size === null && (holder?.formatted === true || walBytes > 0)) {
    const witness = holder?.formatted === true ? 'holder.json' : 'synod.db-wal'
    throw new SynodError(
      'SYNOD_STORAGE_MISSING',
      `${path} is gone, but ${witness} beside it says that there was a store: bring it back. ` +
        'On an empty directory this server would only wait: the others go on without it while they are a majority (docs/operating.md)',
    )
  }
  if (size === 0 && holder?.formatted === true) throw corrupt(path, 'it was cut to nothing')
  return {
    path,
    holder,
    fingerprint: fingerprint(path),
    exists: size !== null && size > 0,
    absent: besides(path).filter((file) => sizeOf(file) === null),
  }
}

function besides(path: string): string[] {
  return [`${path}-wal`, `${path}-shm`]
}

/**
 * Leaves a store as it was found: removes the empty log and the index that looking at it has made. To be called while the connection
 * that looked is open: its lock keeps out whoever would write to them.
 */
function removeTraces({ path, absent }: Found): void {
  for (const file of absent) if (file !== `${path}-wal` || sizeOf(file) === 0) rmSync(file, { force: true })
}

/** Says what the file is. Returns false for an empty database, such as a crash in the very first open leaves. */
function isOurs(db: Database, found: Found): boolean {
  const id = db.pragma('application_id', { simple: true })
  if (id === applicationId) return true
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  const formatted = found.holder?.formatted === true
  if (id === 0 && tables === 0 && !formatted) return false
  if (formatted) throw corrupt(found.path, 'its header does not say that it is a store of Synod, though it was one')
  throw new SynodError('SYNOD_STORAGE_FOREIGN', `${found.path} is a database of another program; name another directory`)
}

function checkedVersion(db: Database, path: string): number {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > schemaVersion) {
    throw new SynodError(
      'SYNOD_STORAGE_FOREIGN',
      `${path} was written by a newer Synod (schema ${version}; this one reads ${oldestVersion} to ` +
        `${schemaVersion}): start that version, or a newer one`,
    )
  }
  if (version < oldestVersion) throw corrupt(path, `there is no schema version ${version}`)
  return version
}

function assertOwner(db: Database, path: string, owner: StoreOwner): void {
  const found = db.prepare<[], { cluster_name: string; server_id: number }>('SELECT cluster_name, server_id FROM store').get()
  if (found === undefined) throw corrupt(path, 'it does not say whose store it is')
  if (found.cluster_name === owner.clusterName && found.server_id === owner.id) return
  throw new SynodError(
    'SYNOD_STORAGE_FOREIGN',
    `${path} belongs to server ${found.server_id} of cluster ${found.cluster_name}, ` +
      `not to server ${owner.id} of cluster ${owner.clusterName}; give each server a directory of its own`,
  )
}

function examine(db: Database, found: Found, owner: StoreOwner): Inspected {
  const { path } = found
  const damage = findWalDamage(`${path}-wal`, Number(db.pragma('page_size', { simple: true })))
  // First of all: of a store whose write-ahead log is damaged, not even the header can be believed.
  if (damage !== null && found.holder?.formatted === true) throw corrupt(path, damage)
  const ours = isOurs(db, found)
  if (damage !== null) throw corrupt(path, damage)
  if (!ours) return { kind: 'new' }
  if (db.pragma('journal_mode', { simple: true }) !== 'wal') throw corrupt(path, 'its header does not say that it has a write-ahead log')
  const version = checkedVersion(db, path)
  const check = db.pragma('quick_check(1)', { simple: true })
  if (check !== 'ok') throw corrupt(path, String(check).replaceAll('\n', ' '))
  // The row is verified first, so that a damaged name does not pass for another owner's.
  if (version === schemaVersion) loadStoreRow(db, path)
  assertOwner(db, path, owner)
  return version === schemaVersion ? { kind: 'current', loaded: load(db, path) } : { kind: 'old', version }
}

/**
 * Verifies a store through a connection that cannot write, and loads it. Every refusal happens here, before anything is
 * changed: a connection that may write would, when it closes, copy a damaged write-ahead log and remove the evidence.
 */
export function inspect(found: Found, owner: StoreOwner): Inspected {
  if (!found.exists) return { kind: 'new' }
  const db = new Sqlite(found.path, { readonly: true, fileMustExist: true, timeout: 0 })
  try {
    db.exec('BEGIN')
    const inspected = examine(db, found, owner)
    removeTraces(found)
    return inspected
  } catch (error) {
    // Busy: they are the holder's.
    if (!isBusy(error)) removeTraces(found)
    throw error
  } finally {
    db.close()
  }
}
