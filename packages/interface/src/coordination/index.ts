/**
 * What applications and recipes see of a coordination service, whichever engine is behind it.
 * @module
 */
import type { Consistency } from '../replica-handle.ts'
import type { MultiOperation, MultiResult, Stat, WatchMode, Zxid } from '../protocol/index.ts'

export type { Consistency } from '../replica-handle.ts'
export type { MultiOperation, MultiResult, Stat, WatchMode, Zxid } from '../protocol/index.ts'

/** What every call takes. An abort ends the wait with `signal.reason`; a write already sent may still be applied. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface ReadOptions extends CallOptions {
  /** Default `linearizable`. */
  readonly consistency?: Consistency
}

export interface CreateOptions extends CallOptions {
  /** Vanishes with the session. Default false. */
  readonly ephemeral?: boolean
  /** The path gets a ten-digit counter of its parent appended. Default false. */
  readonly sequential?: boolean
  /** Create missing parents as plain nodes in the same transaction. Default false. */
  readonly parents?: boolean
}

export interface VersionOptions extends CallOptions {
  /** Only when the node's data version is this; omit for any. Else `SYNOD_BAD_VERSION`. */
  readonly version?: number
}

export interface ListOptions extends ReadOptions {
  /** Only names after this one, in code unit order. */
  readonly after?: string
  /** At most this many; default 1000, at most 10000. */
  readonly limit?: number
}

export interface NodeData {
  readonly data: Uint8Array
  readonly stat: Stat
  /** The read is of the state at this position or later; a watch from it misses nothing. */
  readonly zxid: Zxid
}

export interface Created {
  readonly path: string
  readonly stat: Stat
}

export interface Children {
  /** Names, not paths, in code unit order. */
  readonly names: readonly string[]
  readonly stat: Stat
  /** There are more: ask again with `after: names.at(-1)`. */
  readonly more: boolean
  readonly zxid: Zxid
}

/**
 * One change. `created`, `changed`, `deleted` name the node; `children` names the parent whose list changed.
 * `compacted`: history before `zxid` is gone on every server that could be reached: read anew; the watch goes on from there.
 */
export interface WatchEvent {
  readonly type: 'created' | 'changed' | 'deleted' | 'children' | 'compacted'
  readonly path: string
  readonly zxid: Zxid
}

export interface WatchOptions extends CallOptions {
  /** `data` (default): the node itself; `children`: its list; `recursive`: itself and everything below. */
  readonly mode?: WatchMode
  /** Everything after this position; default: from the moment the watch is set at the server. */
  readonly from?: Zxid
  /** Events kept for a slow consumer before it gets `SYNOD_SLOW_CONSUMER`. Default 10000. */
  readonly bufferMax?: number
}

/** Changes, each once, none missing, in order; across reconnects and servers. Ends by `close()`, `return` of the loop, or the signal. */
export interface Watch extends AsyncIterable<WatchEvent>, AsyncDisposable {
  /** Resolves when a server has set it: changes after that are reported. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** A client's membership of the cluster: its ephemeral nodes live as long as it. */
export interface Session {
  readonly id: number
  readonly timeoutMs: number
  /** Aborts before the servers can expire the session, with a `SYNOD_SESSION_EXPIRED`; for good. */
  readonly signal: AbortSignal
  /** Monotonic microseconds of the client's clock until which the session surely lives. */
  readonly deadline: number
  /** Checks the deadline at this moment, also after a stall that delayed the signal. */
  readonly held: boolean
}

/**
 * A coordination service. All paths are absolute, `/a/b`; values are bytes.
 *
 * Writes are executed at most once and in order of the calls; one whose outcome cannot be known rejects with `SYNOD_OUTCOME_UNKNOWN`.
 */
export interface CoordinationClient extends AsyncDisposable {
  /** Opened at the first call that needs it, or by `connect`. After its end every call that needs it rejects with `SYNOD_SESSION_EXPIRED`. */
  readonly session: Session
  create(path: string, data: Uint8Array, options?: CreateOptions): Promise<Created>
  get(path: string, options?: ReadOptions): Promise<NodeData>
  set(path: string, data: Uint8Array, options?: VersionOptions): Promise<Stat>
  delete(path: string, options?: VersionOptions): Promise<void>
  exists(path: string, options?: ReadOptions): Promise<Stat | null>
  list(path: string, options?: ListOptions): Promise<Children>
  multi(operations: readonly MultiOperation[], options?: CallOptions): Promise<readonly MultiResult[]>
  watch(path: string, options?: WatchOptions): Watch
  /** Closes the session (its ephemeral nodes vanish) and the connection. Idempotent, bounded in time. */
  close(): Promise<void>
}
