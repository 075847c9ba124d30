import type { LogIndex, NodeId } from './protocol/index.ts'

/** Whose store it is; a store of another owner is refused at open. */
export interface StoreOwner {
  readonly clusterName: string
  readonly id: NodeId
}

/** One atomic unit of the durable stream. Its bytes are framed, chained and verified by the replica. */
export interface LogBatch {
  /** Increases by one per batch. */
  readonly sequence: number
  /** Range of log indices of the entries inside; both 0 when there are none. */
  readonly firstIndex: LogIndex
  readonly lastIndex: LogIndex
  readonly bytes: Uint8Array
}

export interface StoredSnapshot {
  readonly id: string
  readonly size: number
}

export interface OpenedStore {
  /** All batches in order of sequence, without a hole. */
  readonly batches: readonly LogBatch[]
  readonly snapshots: readonly StoredSnapshot[]
}

/**
 * Keeps the one ordered durable stream of a server, and its snapshots.
 *
 * To ensure correctness:
 * - when `append` resolves, the batch and all before it survive loss of power; batches take effect in call order, with no hole;
 * - a batch is there completely or not at all;
 * - after any error every later call rejects: a failed sync is never tried again (fsyncgate, S72);
 * - `open` refuses with `SYNOD_STORAGE_IN_USE`, `_FOREIGN`, `_CORRUPT`, `_MISSING` or `_FAILED`, names the reason and the way out,
 *   and changes nothing then.
 */
export interface LogStorage {
  /** Where it keeps things, in words that an operator can follow: errors of its server name it. */
  readonly where?: string
  open(owner: StoreOwner): Promise<OpenedStore>
  append(batch: LogBatch): Promise<void>
  /** Forgets all batches below this sequence. Durable before any later append. */
  dropBefore(sequence: number): Promise<void>
  /** Writes a piece of a snapshot (offset 0 starts it anew); not durable before the next `append` resolves. */
  putSnapshotChunk(id: string, offset: number, bytes: Uint8Array): Promise<void>
  /** Up to `maxBytes` from `offset`; empty at the end, rejects with `SYNOD_STORAGE_CORRUPT` when there is no such snapshot. */
  getSnapshotChunk(id: string, offset: number, maxBytes: number): Promise<Uint8Array>
  dropSnapshot(id: string): Promise<void>
  close(): Promise<void>
}
