import { statSync } from 'node:fs'
import { SynodError } from '@synod/interface'
import type { LogBatch, StoreOwner } from '@synod/interface'
import type { Database, Statement } from 'better-sqlite3'
import { BatchRows } from './batch-rows.ts'
import { rowChecksum } from './checksum.ts'
import { corrupt } from './load.ts'
import { openStore } from './open-store.ts'
import type { PackedStore, Position } from './messages.ts'
import type { ResolvedSqliteStorage } from './options.ts'
import { addSnapshot, writeStoreRow } from './schema.ts'
import type { StoreRow } from './schema.ts'

interface ChunkRow {
  readonly start: number
  readonly crc: number
  readonly bytes: Buffer
}

/** The store inside its worker: synchronous, its lock and its own connection, one transaction at a time, called by the worker only. */
export class Store {
  readonly #db: Database
  readonly #lock: Database
  readonly #path: string
  /** What the worker hands over at open. */
  readonly opened: PackedStore
  readonly position: Position
  #row: StoreRow
  readonly #batches: BatchRows
  #garbageChunks: boolean
  readonly #statements: Statements

  constructor(options: ResolvedSqliteStorage, owner: StoreOwner) {
    const { db, lock, loaded } = openStore(options, owner)
    this.#db = db
    this.#lock = lock
    this.#path = db.name
    this.opened = loaded.store
    this.#row = { ...loaded.row, sealed: 0 }
    const { firstSequence } = this.#row
    const walBytes = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0
    this.position = { path: this.#path, firstSequence, nextSequence: loaded.nextSequence, walBytes }
    this.#statements = prepareAll(db)
    this.#batches = new BatchRows(db)
    this.#garbageChunks = true
  }

  get path(): string {
    return this.#path
  }

  begin(): void {
    this.#statements.begin.run()
  }

  /** Deletes a little of what was forgotten, then makes the transaction durable. */
  commit(): void {
    this.#collectGarbage()
    this.#statements.commit.run()
  }

  rollback(): void {
    if (this.#db.inTransaction) this.#statements.rollback.run()
  }

  append(batch: LogBatch): void {
    if (this.#row.firstSequence === 0) this.#setRow({ firstSequence: batch.sequence })
    this.#batches.insert(batch)
  }

  dropBefore(sequence: number): void {
    if (sequence > this.#row.firstSequence) this.#setRow({ firstSequence: sequence })
  }

  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): void {
    if (offset === 0) this.dropSnapshot(id)
    const number = this.#numberOf(id) ?? (offset === 0 ? addSnapshot(this.#db, id) : null)
    const size = number === null ? 0 : this.#sizeOf(number)
    if (number === null || offset > size || !Number.isSafeInteger(offset) || offset < 0) {
      throw new SynodError('SYNOD_INVARIANT', `snapshot ${id} has ${size} bytes: a piece at offset ${offset} would leave a hole`)
    }
    if (offset < size) this.#cutSnapshot(number, offset)
    this.#insertChunk(number, offset, bytes)
  }

  /** Rejects for a snapshot that is not there, which is no failure of the store, and for damage, which is. */
  getSnapshotChunk(id: string, offset: number, maxBytes: number): Uint8Array<ArrayBuffer> {
    const number = this.#numberOf(id)
    if (number === null) throw new SynodError('SYNOD_STORAGE_CORRUPT', `there is no snapshot ${id} in ${this.#path}`)
    const chunk = this.#statements.chunkAt.get(number, offset)
    if (chunk === undefined) return new Uint8Array()
    this.#verify(number, chunk)
    const from = offset - chunk.start
    if (from >= chunk.bytes.length) return new Uint8Array()
    return new Uint8Array(chunk.bytes.subarray(from, from + maxBytes))
  }

  dropSnapshot(id: string): void {
    this.#statements.deleteSnapshot.run(id)
    this.#garbageChunks = true
  }

  /** Copies the write-ahead log into the database file, so that it begins anew with the next write. */
  checkpoint(): void {
    this.#db.pragma('wal_checkpoint(PASSIVE)')
  }

  /** Seals the store, unless it failed (0), and lets go of it. SQLite copies the write-ahead log and removes it. */
  close(sealedAs: number): void {
    try {
      this.rollback()
      if (sealedAs !== 0) writeStoreRow(this.#db, { ...this.#row, sealed: sealedAs })
    } finally {
      this.#db.close()
      this.#lock.close()
    }
  }

  #setRow(change: Partial<StoreRow>): void {
    this.#row = { ...this.#row, ...change }
    writeStoreRow(this.#db, this.#row)
  }

  #numberOf(id: string): number | null {
    return this.#statements.snapshotNumber.get(id)?.number ?? null
  }

  #sizeOf(number: number): number {
    return this.#statements.snapshotSize.get(number)?.size ?? 0
  }

  #cutSnapshot(number: number, offset: number): void {
    const chunk = this.#statements.chunkAt.get(number, offset)
    if (chunk === undefined) return
    this.#verify(number, chunk)
    this.#statements.deleteChunksFrom.run(number, chunk.start)
    if (chunk.start < offset) this.#insertChunk(number, chunk.start, chunk.bytes.subarray(0, offset - chunk.start))
  }

  #insertChunk(number: number, start: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#statements.insertChunk.run(number, start, rowChecksum([number, start, bytes.length], bytes), bytes)
  }

  #verify(number: number, chunk: ChunkRow): void {
    if (rowChecksum([number, chunk.start, chunk.bytes.length], chunk.bytes) === chunk.crc) return
    throw corrupt(this.#path, `the checksum of a snapshot at offset ${chunk.start} is wrong`)
  }

  #collectGarbage(): void {
    this.#batches.collect(this.#row.firstSequence)
    if (this.#garbageChunks) this.#garbageChunks = this.#statements.deleteGarbageChunk.run().changes > 0
  }
}

interface Statements {
  readonly begin: Statement<[]>
  readonly commit: Statement<[]>
  readonly rollback: Statement<[]>
  readonly snapshotNumber: Statement<[string], { number: number }>
  readonly snapshotSize: Statement<[number], { size: number }>
  readonly deleteSnapshot: Statement<[string]>
  readonly insertChunk: Statement<[number, number, number, Uint8Array]>
  readonly chunkAt: Statement<[number, number], ChunkRow>
  readonly deleteChunksFrom: Statement<[number, number]>
  readonly deleteGarbageChunk: Statement<[]>
}

function prepareAll(db: Database): Statements {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    snapshotNumber: db.prepare('SELECT number FROM snapshot WHERE id = ?'),
    snapshotSize: db.prepare('SELECT start + length(bytes) AS size FROM snapshot_chunk WHERE number = ? ORDER BY start DESC LIMIT 1'),
    deleteSnapshot: db.prepare('DELETE FROM snapshot WHERE id = ?'),
    insertChunk: db.prepare('INSERT INTO snapshot_chunk (number, start, crc, bytes) VALUES (?, ?, ?, ?)'),
    chunkAt: db.prepare('SELECT start, crc, bytes FROM snapshot_chunk WHERE number = ? AND start <= ? ORDER BY start DESC LIMIT 1'),
    deleteChunksFrom: db.prepare('DELETE FROM snapshot_chunk WHERE number = ? AND start >= ?'),
    deleteGarbageChunk: db.prepare(
      'DELETE FROM snapshot_chunk WHERE chunk = (SELECT chunk FROM snapshot_chunk' +
        ' WHERE number NOT IN (SELECT number FROM snapshot) LIMIT 1)',
    ),
  }
}
