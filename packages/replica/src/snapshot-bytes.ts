import { createHash } from 'node:crypto'
import { SynodError, type LogStorage } from '@synod/interface'
import type { NodeId, SnapshotMeta, Zxid } from '@synod/interface/protocol'

/** How much is read or written in one go. */
const PIECE_BYTES = 1024 * 1024

/** A snapshot in memory, before it is stored. */
export interface SnapshotBytes {
  readonly chunks: readonly Uint8Array[]
  readonly size: number
  /** sha256 of all bytes, lower-case hex. */
  readonly hash: string
}

/** Takes the state machine's chunks at once, before the next entry is applied. */
export function collectSnapshot(chunks: Iterable<Uint8Array>): SnapshotBytes {
  const hash = createHash('sha256')
  const kept: Uint8Array[] = []
  let size = 0
  for (const chunk of chunks) {
    const copy = chunk.slice()
    hash.update(copy)
    kept.push(copy)
    size += copy.length
  }
  return { chunks: kept, size, hash: hash.digest('hex') }
}

/**
 * Name of a snapshot: two of one zxid with other bytes have other names (amendment 41), and so have two of the same bytes that different
 * servers took. A server may take one while it receives one of the same zxid, and neither may write into, or drop, what the other stores.
 */
export function snapshotId(zxid: Zxid, hash: string, taker: NodeId): string {
  return `${zxid.epoch}-${zxid.index}-${hash}-${taker}`
}

/** Hands a snapshot to the storage, piece by piece. */
export async function writeSnapshot(storage: LogStorage, id: string, snapshot: SnapshotBytes): Promise<void> {
  let offset = 0
  for (const chunk of snapshot.chunks) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const piece = chunk.subarray(from, from + PIECE_BYTES)
      await storage.putSnapshotChunk(id, offset, piece)
      offset += piece.length
    }
  }
  if (offset === 0) await storage.putSnapshotChunk(id, 0, new Uint8Array(0))
}

/** A part of a stored snapshot. */
export interface Piece {
  readonly id: string
  readonly offset: number
  readonly length: number
}

/** Exactly `length` bytes from `offset`, or what there is up to the end: a storage may give less at a time. */
export async function readPiece(storage: LogStorage, { id, offset, length }: Piece): Promise<Uint8Array> {
  const first = await storage.getSnapshotChunk(id, offset, length)
  if (first.length === length || first.length === 0) return first
  const bytes = new Uint8Array(length)
  let filled = 0
  for (let piece = first; piece.length > 0; piece = await storage.getSnapshotChunk(id, offset + filled, length - filled)) {
    bytes.set(piece, filled)
    filled += piece.length
    if (filled === length) return bytes
  }
  return bytes.subarray(0, filled)
}

/** All bytes of a stored snapshot; `null` when it is missing, or its size or sha256 is another. */
export async function readSnapshot(storage: LogStorage, snapshot: SnapshotMeta): Promise<Uint8Array | null> {
  try {
    return await readWhole(storage, snapshot)
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_STORAGE_CORRUPT')) return null
    throw error
  }
}

async function readWhole(storage: LogStorage, snapshot: SnapshotMeta): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(snapshot.size)
  const hash = createHash('sha256')
  let offset = 0
  while (offset < snapshot.size) {
    const piece = await storage.getSnapshotChunk(snapshot.id, offset, Math.min(PIECE_BYTES, snapshot.size - offset))
    if (piece.length === 0 || offset + piece.length > snapshot.size) return null
    bytes.set(piece, offset)
    hash.update(piece)
    offset += piece.length
  }
  const beyond = await storage.getSnapshotChunk(snapshot.id, snapshot.size, 1)
  return beyond.length === 0 && hash.digest('hex') === snapshot.hash ? bytes : null
}
