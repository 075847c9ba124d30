import { SynodError } from '@synod/interface'
import type { StoredSnapshot } from '@synod/interface'
import type { Database } from 'better-sqlite3'
import { fieldsChecksum, rowChecksum } from './checksum.ts'
import { corruptWayOut } from './failure.ts'
import type { PackedBatches, PackedStore } from './messages.ts'
import { storeChecksum } from './schema.ts'
import type { StoreRow } from './schema.ts'

/** Batches are handed over in pieces of about this size. */
const packBytes = 4 * 1024 * 1024

/** A batch as a row. */
export interface BatchRow {
  readonly sequence: number
  readonly first_index: number
  readonly last_index: number
  readonly crc: number
  readonly bytes: Buffer
}

/** What loading finds: the contents, and the sequence that the next batch must have (0 = any). */
export interface Loaded {
  readonly store: PackedStore
  readonly row: StoreRow
  readonly nextSequence: number
}

/** The error for damage at a place in the store. */
export function corrupt(where: string, what: string): SynodError {
  return new SynodError('SYNOD_STORAGE_CORRUPT', `${where}: ${what}; ${corruptWayOut}`)
}

/** Reads and verifies the row that says whose store this is. */
export function loadStoreRow(db: Database, path: string): StoreRow {
  const rows = db
    .prepare<[], { cluster_name: string; server_id: number; first_sequence: number; sealed: number; crc: number }>(
      'SELECT cluster_name, server_id, first_sequence, sealed, crc FROM store',
    )
    .all()
  const [found] = rows
  if (found === undefined || rows.length !== 1) throw corrupt(path, `it says ${rows.length} times whose store it is`)
  const row = { clusterName: found.cluster_name, serverId: found.server_id, firstSequence: found.first_sequence, sealed: found.sealed }
  if (storeChecksum(row) !== found.crc) throw corrupt(path, "the checksum of its owner's row is wrong")
  return row
}

class Packer {
  readonly packs: PackedBatches[] = []
  #rows: BatchRow[] = []
  #bytes = 0

  add(row: BatchRow): void {
    this.#rows.push(row)
    this.#bytes += row.bytes.length
    if (this.#bytes >= packBytes) this.flush()
  }

  flush(): void {
    if (this.#rows.length === 0) return
    const numbers = new Float64Array(this.#rows.length * 4)
    const bytes = new Uint8Array(this.#bytes)
    let offset = 0
    for (const [i, row] of this.#rows.entries()) {
      numbers.set([row.sequence, row.first_index, row.last_index, row.bytes.length], i * 4)
      bytes.set(row.bytes, offset)
      offset += row.bytes.length
    }
    this.packs.push({ numbers, bytes })
    this.#rows = []
    this.#bytes = 0
  }
}

/** Reads and verifies everything: checksums of all rows, no hole in the stream, none in a snapshot, no lost end. */
export function load(db: Database, path: string): Loaded {
  const row = loadStoreRow(db, path)
  const packer = new Packer()
  let next = row.firstSequence
  const batches = db.prepare<[number], BatchRow>(
    'SELECT sequence, first_index, last_index, crc, bytes FROM batch WHERE sequence >= ? ORDER BY sequence',
  )
  for (const batch of batches.iterate(row.firstSequence)) {
    if (batch.sequence !== next) throw corrupt(path, `batch ${next} is missing: the next one found is ${batch.sequence}`)
    if (rowChecksum([batch.sequence, batch.first_index, batch.last_index], batch.bytes) !== batch.crc) {
      throw corrupt(path, `the checksum of batch ${batch.sequence} is wrong`)
    }
    packer.add(batch)
    next += 1
  }
  packer.flush()
  if (row.sealed !== 0 && row.sealed !== next) {
    throw corrupt(path, `it was closed with batch ${row.sealed - 1} as the last; the last one found is ${next - 1}`)
  }
  return { store: { packs: packer.packs, snapshots: loadSnapshots(db, path) }, row, nextSequence: next }
}

function loadSnapshots(db: Database, path: string): StoredSnapshot[] {
  const snapshots: StoredSnapshot[] = []
  const chunks = db.prepare<[number], { start: number; crc: number; bytes: Buffer }>(
    'SELECT start, crc, bytes FROM snapshot_chunk WHERE number = ? ORDER BY start',
  )
  const rows = db.prepare<[], { number: number; id: string; crc: number }>('SELECT number, id, crc FROM snapshot ORDER BY id').all()
  for (const { number, id, crc } of rows) {
    if (fieldsChecksum(number, id) !== crc) throw corrupt(path, `the checksum of the name of snapshot ${id} is wrong`)
    let size = 0
    for (const chunk of chunks.iterate(number)) {
      if (chunk.start !== size) throw corrupt(path, `snapshot ${id} has a hole at offset ${size}`)
      if (rowChecksum([number, chunk.start, chunk.bytes.length], chunk.bytes) !== chunk.crc) {
        throw corrupt(path, `the checksum of snapshot ${id} at offset ${chunk.start} is wrong`)
      }
      size += chunk.bytes.length
    }
    snapshots.push({ id, size })
  }
  return snapshots
}
