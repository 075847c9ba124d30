import type { Clock, LeadershipStrength, Logger, LogStorage, Random, ReplicaHandle, SynodError, Transport } from '@synod/interface'
import type { CoreView } from '@synod/election-core'
import type { Epoch, LogIndex, NodeId, StateMachine } from '@synod/interface/protocol'

/** What a replica is made of: its ports, who it is, and its bounds. All numbers have defaults that suit a LAN (protocol §2.18). */
export interface ReplicaOptions extends ReplicaTimings, ReplicaBounds {
  /** Number of this server, 1 to 65535; one of `voters`. */
  readonly id: NodeId
  /** Name of the cluster; servers of another name are turned away. Default `'default'`. */
  readonly cluster?: string
  /** Ids of all voters, this one included: 1 to 9 of them, the same list at every server. */
  readonly voters: readonly NodeId[]
  readonly transport: Transport
  readonly storage: LogStorage
  readonly stateMachine: StateMachine
  readonly clock: Clock
  readonly random: Random
  /** Silent when absent. */
  readonly logger?: Logger
  /** Where clients reach this server; told to the peers, for redirects and status. Default `''`: it takes none. */
  readonly endpoint?: string
  /** Process id to announce. Default 0. */
  readonly pid?: number
  /** Version to announce. Default `''`. */
  readonly version?: string
}

/** Times in milliseconds. */
export interface ReplicaTimings {
  /** How often an idle leader is heard. Default 50. */
  readonly heartbeatIntervalMs?: number
  /** Least silence after which a leader is suspected. Default 150; must exceed 2 × heartbeatIntervalMs. */
  readonly suspicionTimeoutMinMs?: number
  /** Most silence that is tolerated on a slow link. Default 2000. */
  readonly suspicionTimeoutMaxMs?: number
  /** How long a `submit` may wait for a leader, or for its outcome. Default 5000. */
  readonly submitTimeoutMs?: number
  /** How long a `read` may wait for a confirmed leader and for the log to be applied. Default 5000. */
  readonly readTimeoutMs?: number
  /** Touches of that time travel together. Default 15. */
  readonly touchIntervalMs?: number
  /** Longest time that `stop` waits for a successor and for pending work. Default 2000. */
  readonly stopTimeoutMs?: number
}

/** Bounds on memory, on disk, and on the work of one turn of the event loop. */
export interface ReplicaBounds {
  /** Entries that are not committed yet, in bytes; more is refused with `SYNOD_BUSY`. Default 64 MiB. */
  readonly maxUncommittedBytes?: number
  /** Commands that wait for a leader or for their outcome; more are refused with `SYNOD_BUSY`. Default 10000. */
  readonly submitQueueMax?: number
  /** Bytes of one command. Default, and most: 1 MiB + 64 KiB, a node's largest value with its path and envelope. */
  readonly commandBytesMax?: number
  /** Bytes of all commands of one Forward message, and of one piece of a snapshot. Default 256 KiB. */
  readonly chunkBytesMax?: number
  /** Entries applied in one turn of the event loop. Default 2000. */
  readonly applyBatchMax?: number
  /** A snapshot is taken when the log since the last one exceeds twice the state's size and this. Default 8 MiB. */
  readonly snapshotLogBytesMin?: number
  /** A snapshot is taken when the log since the last one exceeds this; twice this while a connected follower needs the log. Default 64 MiB. */
  readonly snapshotLogBytesMax?: number
  /** A snapshot is taken after that many entries. Default 200000. */
  readonly snapshotLogEntriesMax?: number
  /** Entries below a snapshot that stay in the log, so that a server that lags a little needs no snapshot. Default 10000. */
  readonly keepEntries?: number
  /** Bytes of entries in one message to a server that lags. Default 1 MiB. */
  readonly appendBytesMax?: number
}

/** Every option with its value; frozen. */
export interface ResolvedOptions extends Required<ReplicaTimings>, Required<ReplicaBounds> {
  readonly id: NodeId
  readonly cluster: string
  /** Sorted. */
  readonly voters: readonly NodeId[]
  readonly transport: Transport
  readonly storage: LogStorage
  readonly stateMachine: StateMachine
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly endpoint: string
  readonly pid: number
  readonly version: string
}

/** A server of the cluster. Made by `createReplica`, used by clients through `ReplicaHandle`. */
export interface Replica extends ReplicaHandle {
  /**
   * Resolves when the store is recovered, this life's incarnation is durable and the transport listens; not when there is a leader
   * (that is `waitFor`, or `leader:change`). Rejects with the storage's or transport's error, everything closed again. Once only.
   */
  start(): Promise<void>
  /**
   * Ends this replica; never rejects, may be called again. `graceful` (default true): it resigns first, so that another leads at once,
   * and waits (bounded) for commands on their way. Afterwards everything unanswered is answered with an error.
   */
  stop(options?: { readonly graceful?: boolean }): Promise<void>
  /**
   * Resolves when this replica's own leadership is at least that strong, at once if it is. `'exclusive'` rejects with
   * `SYNOD_NOT_SUPPORTED`: it needs leases. Rejects with `signal.reason` on abort, and with `SYNOD_STOPPED` at the end.
   */
  waitFor(strength: LeadershipStrength, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Tells the peers where this server's clients connect, when that is known only after the endpoint listens. */
  announce(endpoint: string): void
  /** Why this replica halted for good, if it did. */
  readonly halted: SynodError | null
  /** The last events and notices of this replica, oldest first, one per line: what to attach to a bug report. */
  lastEvents(): readonly string[]
  /** What the core is at this moment, for simulators and invariants; `null` before the store is recovered. Looking changes nothing. */
  inspect(): ReplicaInspection | null
}

/** The core of a replica, seen from outside, after its last step: the same object until there is another step. */
export interface ReplicaInspection {
  readonly view: CoreView
  /** Epoch of the entry that the log has at `index`; -1 when it has none. */
  epochAt(index: LogIndex): Epoch
  /** Highest index that a peer has acknowledged to this server while it leads; 0 when it has none, or does not lead. */
  matchOf(id: NodeId): LogIndex
}
