import type { Database } from 'better-sqlite3'
import { fieldsChecksum, rowChecksum } from './checksum.ts'

/** "SYND": in the header of every store, so that a database of another program is told from a damaged store. */
export const applicationId = 0x53594e44

/** Version of the schema that this package writes; `user_version` of the file. */
export const schemaVersion = 2

/** Oldest version that is migrated. Version 1 is a pre-release schema: no checksums, no seal, snapshots without a table of their own. */
export const oldestVersion = 1

/**
 * Version 2. `store` has one row:
 * - `first_sequence`: batches below it are forgotten, whether their rows are still there or not; 0 before the first batch.
 * - `sealed`: 0 while open; after a clean close, the sequence that follows the last one. Tells a lost tail from a short log.
 */
const tables = `
  CREATE TABLE schema_history (version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE store (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    cluster_name TEXT NOT NULL, server_id INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL, sealed INTEGER NOT NULL, crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE batch (
    sequence INTEGER PRIMARY KEY, first_index INTEGER NOT NULL, last_index INTEGER NOT NULL,
    crc INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE snapshot (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE snapshot_chunk (
    chunk INTEGER PRIMARY KEY, number INTEGER NOT NULL, start INTEGER NOT NULL,
    crc INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (number, start)
  ) STRICT;
`

/** The row of `store`. */
export interface StoreRow {
  readonly clusterName: string
  readonly serverId: number
  readonly firstSequence: number
  readonly sealed: number
}

/** Checksum of the row of `store`. */
export function storeChecksum(row: StoreRow): number {
  return fieldsChecksum(row.clusterName, row.serverId, row.firstSequence, row.sealed)
}

/** Writes the one row of `store`. */
export function writeStoreRow(db: Database, row: StoreRow): void {
  db.prepare('REPLACE INTO store VALUES (1, ?, ?, ?, ?, ?)').run(
    row.clusterName,
    row.serverId,
    row.firstSequence,
    row.sealed,
    storeChecksum(row),
  )
}

function stamp(db: Database): void {
  db.prepare('INSERT INTO schema_history VALUES (?, ?)').run(schemaVersion, Date.now())
  db.pragma(`user_version = ${schemaVersion}`)
}

/** Makes an empty database a store of this owner. Inside a transaction of the caller. */
export function format(db: Database, owner: { readonly clusterName: string; readonly id: number }): void {
  db.exec(tables)
  writeStoreRow(db, { clusterName: owner.clusterName, serverId: owner.id, firstSequence: 0, sealed: 0 })
  db.pragma(`application_id = ${applicationId}`)
  stamp(db)
}

interface OldBatch {
  readonly sequence: number
  readonly first_index: number
  readonly last_index: number
  readonly bytes: Buffer
}
interface OldChunk {
  readonly snapshot_id: string
  readonly start: number
  readonly bytes: Buffer
}

/** Brings a store of version 1 to version 2. Inside a transaction of the caller. */
function migrateFrom1(db: Database): void {
  for (const table of ['store', 'batch', 'snapshot_chunk']) db.exec(`ALTER TABLE ${table} RENAME TO old_${table}`)
  db.exec(tables)
  const insertBatch = db.prepare('INSERT INTO batch VALUES (?, ?, ?, ?, ?)')
  let first = 0
  const oldBatches = db.prepare<[], OldBatch>('SELECT sequence, first_index, last_index, bytes FROM old_batch ORDER BY sequence')
  for (const row of oldBatches.all()) {
    if (first === 0) first = row.sequence
    const crc = rowChecksum([row.sequence, row.first_index, row.last_index], row.bytes)
    insertBatch.run(row.sequence, row.first_index, row.last_index, crc, row.bytes)
  }
  const insertChunk = db.prepare('INSERT INTO snapshot_chunk (number, start, crc, bytes) VALUES (?, ?, ?, ?)')
  const numbers = new Map<string, number>()
  for (const row of db
    .prepare<[], OldChunk>('SELECT snapshot_id, start, bytes FROM old_snapshot_chunk ORDER BY snapshot_id, start')
    .all()) {
    const number = numbers.get(row.snapshot_id) ?? addSnapshot(db, row.snapshot_id)
    numbers.set(row.snapshot_id, number)
    insertChunk.run(number, row.start, rowChecksum([number, row.start, row.bytes.length], row.bytes), row.bytes)
  }
  const owner = db.prepare<[], { cluster_name: string; server_id: number }>('SELECT cluster_name, server_id FROM old_store').get()
  if (owner !== undefined) {
    writeStoreRow(db, { clusterName: owner.cluster_name, serverId: owner.server_id, firstSequence: first, sealed: 0 })
  }
  for (const table of ['store', 'batch', 'snapshot_chunk']) db.exec(`DROP TABLE old_${table}`)
}

/** Adds a snapshot without bytes and returns its number, which is never used again. */
export function addSnapshot(db: Database, id: string): number {
  const number = Number(db.prepare('INSERT INTO snapshot (id, crc) VALUES (?, 0)').run(id).lastInsertRowid)
  db.prepare('UPDATE snapshot SET crc = ? WHERE number = ?').run(fieldsChecksum(number, id), number)
  return number
}

/** Brings a store of an older version up to date. Inside a transaction of the caller, who has checked the version's bounds. */
export function migrate(db: Database, from: number): void {
  if (from >= schemaVersion) return
  migrateFrom1(db)
  stamp(db)
}
