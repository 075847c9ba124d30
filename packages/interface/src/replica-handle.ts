import type { Epoch, LogIndex, NodeId, Role, StateMachine, StoreState, Zxid } from './protocol/index.ts'
import type { SynodError } from './errors.ts'

/** Strengths of a replica's own leadership (protocol §2.9). `exclusive` needs leases: never reached yet. */
export type LeadershipStrength = 'none' | 'elected' | 'established' | 'exclusive'

/** What a server says of itself or of a peer. */
export interface ServerInfo {
  readonly id: NodeId
  /** Where its clients connect, e.g. `ws://127.0.0.1:7401`; `''` when it takes none or it is unknown. */
  readonly endpoint: string
  readonly pid: number
  readonly version: string
  readonly connected: boolean
}

export interface ReplicaStatus {
  readonly id: NodeId
  readonly clusterName: string
  readonly clusterId: string
  readonly incarnation: number
  readonly role: Role
  readonly strength: LeadershipStrength
  /** Of the leader followed, or own; else the promised one. */
  readonly epoch: Epoch
  readonly leader: NodeId | null
  readonly lastZxid: Zxid
  readonly commitIndex: LogIndex
  readonly appliedZxid: Zxid
  readonly store: StoreState
  /** All members of the configuration, sorted by id, itself included. */
  readonly servers: readonly ServerInfo[]
  /** Microseconds since a leader was last heard (0 when leading). */
  readonly sinceLeaderMicros: number
  readonly stopped: boolean
  /** Why it halted for good, if it did. */
  readonly halted: SynodError | null
}

/** `SYNOD_PROPOSAL_DROPPED`, `_BUSY`, `_NO_QUORUM`, `_NOT_LEADER`: surely not applied. `SYNOD_OUTCOME_UNKNOWN`: perhaps. */
export type SubmitOutcome =
  | { readonly ok: true; readonly zxid: Zxid; readonly result: Uint8Array }
  | { readonly ok: false; readonly error: SynodError }

/** How fresh a read must be (api.md "Reads"). */
export type Consistency = 'linearizable' | 'session' | 'stale'

/** After `ok` the local state machine may be queried, in the same turn, for a read of that consistency. */
export type ReadOutcome = { readonly ok: true; readonly zxid: Zxid } | { readonly ok: false; readonly error: SynodError }

/** `ok`: the leader counted the touch while a quorum confirmed it (amendment 6); `expired`: it will not revive the session. */
export type TouchOutcome = 'ok' | 'expired' | 'unavailable'

export interface ReplicaEvents {
  'leader:change': { readonly leader: NodeId | null; readonly epoch: Epoch }
  'role:change': { readonly role: Role; readonly strength: LeadershipStrength; readonly epoch: Epoch }
  'servers:change': { readonly servers: readonly ServerInfo[] }
  halt: { readonly error: SynodError }
}

/** What a client, local or remote, sees of a replica. All callbacks run on the event loop, never synchronously inside the call. */
export interface ReplicaHandle {
  readonly state: StateMachine
  status(): ReplicaStatus
  /** Puts a command into the log, through the leader; `done` is called once, when this replica has applied it or knows that it won't. */
  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void
  /** `session` waits until this replica has applied `minIndex`; `stale` answers at once. */
  read(request: { readonly consistency: Consistency; readonly minIndex: LogIndex }, done: (outcome: ReadOutcome) => void): void
  touch(sessionId: number, done: (outcome: TouchOutcome) => void): void
  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void
}
