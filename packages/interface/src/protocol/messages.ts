import type { ClusterConfig } from './config.ts'
import type { Entry, EpochEnd } from './entry.ts'
import type { ClusterId, Epoch, LogIndex, Member, Micros, NodeId, Zxid } from './ids.ts'
import type { SnapshotMeta } from './wal.ts'

/** Roles of a server (architecture §3). `relayed`: sees a healthy leader only through a peer, and waits. */
export type Role = 'looking' | 'candidate' | 'following' | 'relayed' | 'leading'

/** What a server has on disk: nothing, a formatted store without history, or more (protocol §2.1b). */
export type StoreState = 'blank' | 'pristine' | 'formatted'

/** A leader somebody knows of. `alive`: heard within the suspicion time-out by the one who says so. */
export interface LeaderHint {
  readonly id: NodeId
  readonly epoch: Epoch
  readonly alive: boolean
}

/** Highest sequence number of the receiver that the sender has seen, in which life of the receiver (amendment 30). `{0,0}`: none. */
export interface Echo {
  readonly incarnation: number
  readonly sequence: number
}

/** One message with what makes it answerable (protocol §2.3). */
export interface PeerMessage {
  /** Life of the receiver that this answers; 0 = any. Required in AckEpoch, Fetched, Appended, ReadIndexed. */
  readonly toIncarnation: number
  /** Increases by one per (from, fromIncarnation, to). */
  readonly sequence: number
  readonly echo: Echo
  readonly body: PeerBody
}

/** All messages of one turn of the event loop for one peer and lane. */
export interface PeerFrame {
  readonly clusterId: ClusterId
  readonly generation: number
  readonly from: Member
  readonly fromIncarnation: number
  readonly to: NodeId
  /** Index of the newest configuration in the sender's log. */
  readonly configIndex: LogIndex
  readonly messages: readonly PeerMessage[]
}

/** State-based gossip of the canvass (protocol §2.6, amended section E). Idempotent: the newest sequence wins. */
export interface Status {
  readonly type: 'status'
  readonly role: Role
  /** Last zxid of the sender's *durable* log (I10). */
  readonly lastZxid: Zxid
  readonly priority: number
  readonly promisedEpoch: Epoch
  readonly promisedTo: NodeId
  readonly leader: LeaderHint | null
  /** Sorted ids of fresh voters, the sender included. */
  readonly reach: readonly NodeId[]
  readonly quorumConnected: boolean
  /** Whom the sender supports; 0 = nobody. */
  readonly supports: NodeId
  readonly faulty: boolean
  readonly store: StoreState
  /** 128 random bits in hex while not formatted. */
  readonly formatId: string
  /** When the next Status comes at the latest. */
  readonly nextInMicros: Micros
}

export interface NewEpoch {
  readonly type: 'newEpoch'
  readonly epoch: Epoch
  readonly lastZxid: Zxid
  readonly priority: number
  /** A sitting leader renews its epoch in place. */
  readonly reEpoch: boolean
  /** Non-zero: the hand-over token of the leader that asked for this campaign. */
  readonly transferToken: number
}

export interface AckEpoch {
  readonly type: 'ackEpoch'
  readonly epoch: Epoch
  /** Life of the candidate that is answered. */
  readonly candidateIncarnation: number
  readonly granted: boolean
  readonly promisedEpoch: Epoch
  readonly promisedTo: NodeId
  readonly lastZxid: Zxid
  readonly epochTable: readonly EpochEnd[]
  readonly firstIndex: LogIndex
  readonly leader: LeaderHint | null
  readonly faulty: boolean
  readonly lastEntryAgeMicros: Micros
}

export interface Fetch {
  readonly type: 'fetch'
  readonly epoch: Epoch
  readonly lastZxid: Zxid
  readonly firstIndex: LogIndex
  readonly epochTable: readonly EpochEnd[]
}

/** A window of the donor's log; a donor whose log begins later sends its snapshot first (amendment 5). */
export interface Fetched {
  readonly type: 'fetched'
  readonly epoch: Epoch
  readonly candidateIncarnation: number
  readonly prevZxid: Zxid
  readonly entries: readonly Entry[]
  readonly last: boolean
}

export interface Append {
  readonly type: 'append'
  readonly epoch: Epoch
  readonly prevZxid: Zxid
  readonly entries: readonly Entry[]
  readonly commitIndex: LogIndex
  /** False when it only spreads `commitIndex`: the receiver then stays silent (amendment 36). */
  readonly wantsAnswer: boolean
}

export interface Appended {
  readonly type: 'appended'
  readonly epoch: Epoch
  readonly ok: boolean
  /** What this message proved to match and is durable; 0 = no claim (amendment 12). */
  readonly durableIndex: LogIndex
  readonly appliedIndex: LogIndex
  readonly promisedEpoch: Epoch
  readonly promisedTo: NodeId
  readonly leader: LeaderHint | null
  /** Set when `prevZxid` was not in the log. */
  readonly conflict: { readonly lastZxid: Zxid; readonly firstIndex: LogIndex; readonly epochTable: readonly EpochEnd[] } | null
}

export interface Hello {
  readonly type: 'hello'
  readonly promisedEpoch: Epoch
  readonly promisedTo: NodeId
  readonly lastZxid: Zxid
  readonly firstIndex: LogIndex
  readonly epochTable: readonly EpochEnd[]
}

/** `forFetch`: donor to candidate (epoch and `candidateIncarnation` are the candidate's); else leader to follower. */
export interface SnapshotBegin {
  readonly type: 'snapshotBegin'
  readonly epoch: Epoch
  readonly forFetch: boolean
  readonly candidateIncarnation: number
  readonly snapshot: SnapshotMeta
}

export interface SnapshotChunk {
  readonly type: 'snapshotChunk'
  readonly epoch: Epoch
  readonly forFetch: boolean
  readonly candidateIncarnation: number
  readonly snapshotId: string
  readonly offset: number
  /** Its crc32c travels beside it on the wire. */
  readonly bytes: Uint8Array
  readonly last: boolean
}

export interface SnapshotAck {
  readonly type: 'snapshotAck'
  readonly epoch: Epoch
  readonly snapshotId: string
  /** Everything before this offset has arrived. */
  readonly offset: number
  /** Installed and durable: counts as a match up to the snapshot (amendment 3). */
  readonly installed: boolean
  /** Refused as older than this (amendment 4); `null` otherwise. */
  readonly have: Zxid | null
}

export interface SnapshotEnd {
  readonly type: 'snapshotEnd'
  readonly epoch: Epoch
  readonly snapshotId: string
}

export interface Resign {
  readonly type: 'resign'
  readonly epoch: Epoch
  /** 0 = whoever the canvass finds. */
  readonly successor: NodeId
}

export interface Transfer {
  readonly type: 'transfer'
  readonly epoch: Epoch
  readonly lastZxid: Zxid
  readonly token: number
}

export interface ReadIndex {
  readonly type: 'readIndex'
  /** Never reused within an incarnation. */
  readonly readId: number
}

export interface ReadIndexed {
  readonly type: 'readIndexed'
  readonly readId: number
  readonly index: LogIndex
  readonly refused: boolean
  readonly leader: LeaderHint | null
}

/** First start: the greatest blank id forms the cluster (protocol §2.1b). */
export interface Format {
  readonly type: 'format'
  readonly clusterId: ClusterId
  readonly config: ClusterConfig
  readonly formatIds: readonly { readonly id: NodeId; readonly formatId: string }[]
}

export interface Formatted {
  readonly type: 'formatted'
  readonly clusterId: ClusterId
  readonly formatId: string
}

/** Tells a server that an older copy of its store is in use: it halts (amendment on finding 8). */
export interface StaleIncarnation {
  readonly type: 'staleIncarnation'
  readonly seen: number
}

/** Clients' commands that a server which does not lead passes on, in order. Handled by the replica, not by the core. */
export interface Forward {
  readonly type: 'forward'
  /** Number of the first command; the others follow. Never reused within an incarnation. */
  readonly firstId: number
  readonly commands: readonly Uint8Array[]
}

/** Where forwarded commands entered the log (contiguous from `zxid`), or why they did not. */
export interface Forwarded {
  readonly type: 'forwarded'
  readonly firstId: number
  readonly count: number
  readonly zxid: Zxid
  /** `''` = accepted, else an error code: `SYNOD_NOT_LEADER`, `SYNOD_BUSY` … */
  readonly refused: string
}

/** Sessions that clients of the sender have pinged since the last one (protocol §2.14). Handled by the replica. */
export interface Touch {
  readonly type: 'touch'
  readonly touchId: number
  readonly sessions: readonly number[]
}

/** Sent once a quorum has confirmed the leader after it registered the touch (amendment 6). `expiring` lists sessions that it did not revive. */
export interface Touched {
  readonly type: 'touched'
  readonly touchId: number
  readonly refused: boolean
  readonly expiring: readonly number[]
}

/** Where clients reach the sender, for redirects and for `synod status`. Handled by the replica. */
export interface Announce {
  readonly type: 'announce'
  readonly endpoint: string
  readonly pid: number
  readonly version: string
}

/** Messages that go through `ElectionCore.step`. */
export type CoreBody =
  | Status
  | NewEpoch
  | AckEpoch
  | Fetch
  | Fetched
  | Append
  | Appended
  | Hello
  | SnapshotBegin
  | SnapshotChunk
  | SnapshotAck
  | SnapshotEnd
  | Resign
  | Transfer
  | ReadIndex
  | ReadIndexed
  | Format
  | Formatted
  | StaleIncarnation

/** Messages between replicas that carry no state of the protocol. */
export type ReplicaBody = Forward | Forwarded | Touch | Touched | Announce

export type PeerBody = CoreBody | ReplicaBody
