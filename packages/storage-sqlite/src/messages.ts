import type { LogBatch, StoreOwner, StoredSnapshot, SynodErrorCode } from '@synod/interface'

/** From the storage to its worker. Handled, and answered, strictly in order. */
export type Request =
  | { readonly kind: 'open'; readonly owner: StoreOwner }
  | { readonly kind: 'append'; readonly batch: LogBatch }
  | { readonly kind: 'dropBefore'; readonly sequence: number }
  | { readonly kind: 'putSnapshotChunk'; readonly id: string; readonly offset: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'getSnapshotChunk'; readonly id: string; readonly offset: number; readonly maxBytes: number }
  | { readonly kind: 'dropSnapshot'; readonly id: string }
  | { readonly kind: 'checkpoint' }
  /** `sealedAs`: the sequence that follows the last one; 0: the store has failed, and is not sealed. */
  | { readonly kind: 'close'; readonly sealedAs: number }

/** Many batches in one piece of memory, so that a long log crosses the threads in few messages. */
export interface PackedBatches {
  /** Four numbers for each batch: sequence, first index, last index, length. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What `open` answers, as it crosses the threads. */
export interface PackedStore {
  readonly packs: readonly PackedBatches[]
  readonly snapshots: readonly StoredSnapshot[]
}

/** What else the caller's side must know of a store that was opened. */
export interface Position {
  readonly path: string
  /** Batches below it are forgotten; 0: there has been none. */
  readonly firstSequence: number
  /** Sequence of the next batch; 0: any. */
  readonly nextSequence: number
  /** What a crash has left in the write-ahead log. */
  readonly walBytes: number
}

/** A `SynodError` as it crosses the threads. */
export interface Failure {
  readonly code: SynodErrorCode
  readonly message: string
  /** The store takes no further call. */
  readonly fatal: boolean
  readonly cause: string
}

/** The answer to one request: a value for `open` and `getSnapshotChunk`, nothing for the others. */
export type Answer =
  | { readonly ok: true; readonly store?: PackedStore; readonly position?: Position; readonly chunk?: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly failure: Failure }

/** From the worker: how many requests, in order, are done without a value, and how long their transaction took; or the answers of a group. */
export type Response = { readonly done: number; readonly tookMs: number } | { readonly answers: readonly Answer[] }
