import type { Entry } from './entry.ts'
import type { LogIndex, Zxid } from './ids.ts'

/** A session as the leader's housekeeping sees it. */
export interface SessionInfo {
  readonly id: number
  readonly timeoutMs: number
  /** Changes whenever a command of the session is applied; `expireSession` names the count it was judged by. */
  readonly touchCount: number
}

/**
 * What the log drives. Deterministic, synchronous, in memory.
 *
 * To ensure correctness:
 * - `apply` sees the entry and nothing else: no clock, no randomness, no iteration over unordered collections that reaches a result.
 * - `apply` never throws on a well-formed entry: a command that cannot be executed is a deterministic rejection *in the result*.
 *   A malformed payload is such a rejection, too (S77).
 * - `snapshot` and `restore` are exact: a restored machine answers, hashes and applies like the one that was saved, sessions and
 *   de-duplication included (I12).
 * - `apply` is called for every entry in index order, `epoch` and `config` entries included (they change only `appliedZxid`).
 */
export interface StateMachine {
  readonly appliedZxid: Zxid
  /** Executes a command; the bytes returned are the result that every replica computes alike. */
  apply(entry: Entry): Uint8Array
  /** Answers a read-only request from the current state. Never throws on bad input: the answer says what is wrong. */
  query(request: Uint8Array): Uint8Array
  /** The whole state as chunks of any size; called between two applies, consumed before the next. */
  snapshot(): Iterable<Uint8Array>
  /** Replaces the state; throws `SynodError` `SYNOD_STORAGE_CORRUPT` when the bytes are no snapshot, and then is unchanged. */
  restore(bytes: Uint8Array, zxid: Zxid): void
  /** Equal states at equal `appliedZxid` have equal hashes on all replicas (I6b). */
  hash(): string
  sessions(): Iterable<SessionInfo>
  /** The command that ends a session, valid only while its touch count is still this. */
  expireSession(id: number, touchCount: number): Uint8Array
  /** Commands that the passing of time calls for (TTL nodes, later); `timeMs` is the leader's wall clock. */
  due(timeMs: number): readonly Uint8Array[]
  /** Estimate of the state's size in bytes, for the snapshot trigger. Cheap. */
  readonly sizeEstimate: number
}

/**
 * Which changes a watch reports, as in ZooKeeper. `data`: created, changed, deleted of the node itself. `children`: `children` of its
 * list, and created and deleted of the node, with which the list comes and goes. `recursive`: created, changed, deleted of itself and
 * everything below, and no `children`.
 */
export type WatchMode = 'data' | 'children' | 'recursive'

export type WatchEventType = 'created' | 'changed' | 'deleted' | 'children'

export interface TreeEvent {
  readonly type: WatchEventType
  readonly path: string
  readonly zxid: Zxid
}

export interface WatchSpec {
  readonly path: string
  readonly mode: WatchMode
  /** Deliver what happened after this position; must not be above the applied one. */
  readonly from: LogIndex
}

/** All events of one entry that a watch asked for; or the news that its history is gone. */
export type WatchBatch =
  | { readonly kind: 'events'; readonly zxid: Zxid; readonly events: readonly TreeEvent[] }
  | { readonly kind: 'compacted'; readonly floor: LogIndex }

/**
 * Where watches get their events: volatile, rebuilt from applied entries, in neither snapshot nor hash (amendment 28).
 *
 * To ensure correctness: events with index > `from` are delivered in order, each exactly once, all of one zxid in one call;
 * when the history does not reach back to `from`, one `compacted` and nothing else.
 */
export interface WatchSource {
  /** History reaches back to after this index. */
  readonly historyFloor: LogIndex
  /** Calls `deliver` synchronously for what is known already, then as entries are applied. Returns the unsubscribe function. */
  subscribe(spec: WatchSpec, deliver: (batch: WatchBatch) => void): () => void
}
