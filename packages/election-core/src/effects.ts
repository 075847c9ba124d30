import type { Epoch, LogIndex, Micros, NodeId, PeerMessage, Role, SnapshotMeta, WalRecord } from '@synod/interface/protocol'

/** Strength of this server's own leadership (protocol §2.9). */
export type Strength = 'none' | 'elected' | 'established'

export interface Outgoing {
  readonly to: NodeId
  /**
   * The message may leave only when `durable` has been reported for this WAL sequence; 0 = at once.
   * It names every record emitted up to and including the step, also when the step itself emitted none (amendment 2).
   */
  readonly afterSequence: number
  readonly lane: 'control' | 'bulk'
  readonly message: PeerMessage
}

export type Notice =
  | { readonly kind: 'role'; readonly role: Role; readonly strength: Strength; readonly epoch: Epoch; readonly leader: NodeId }
  /** The commands of this proposal are entries `firstIndex` … of `epoch`. They may still be replaced by another leader's. */
  | { readonly kind: 'proposed'; readonly proposalId: number; readonly epoch: Epoch; readonly firstIndex: LogIndex; readonly count: number }
  /** Nothing was appended. */
  | { readonly kind: 'refused'; readonly proposalId: number; readonly code: 'SYNOD_NOT_LEADER' | 'SYNOD_BUSY' }
  /** A state that has applied `index` may answer. */
  | { readonly kind: 'readReady'; readonly readId: number; readonly index: LogIndex }
  | { readonly kind: 'readFailed'; readonly readId: number }
  /** The store was formatted; `clusterId` and `incarnation` are now known (identity of the transport). */
  | { readonly kind: 'formatted' }
  /** This blank server hears members that have a store: its disk was lost, or it is new (protocol §2.1b). It stays blank. */
  | { readonly kind: 'storageMissing'; readonly heard: NodeId }
  /** Another server wants to form a cluster of other members than this one is configured with. */
  | { readonly kind: 'configMismatch'; readonly peer: NodeId }
  /** For good: the core does nothing any more. `invariant` is `I1` … or a rule's name. */
  | { readonly kind: 'halt'; readonly invariant: string; readonly detail: string }

/** Bytes of snapshots are the driver's; each command is answered by the event of its name. */
export type SnapshotCommand =
  | { readonly kind: 'read'; readonly to: NodeId; readonly snapshotId: string; readonly offset: number; readonly maxBytes: number }
  | { readonly kind: 'write'; readonly snapshotId: string; readonly offset: number; readonly bytes: Uint8Array }
  /** Check size and hash, and that the state machine can read it; keep it ready for `install`. */
  | { readonly kind: 'verify'; readonly snapshot: SnapshotMeta }
  /** Give the transfer up. */
  | { readonly kind: 'discard'; readonly snapshotId: string }

/**
 * What one step asks of its driver, to be executed in this order:
 *
 * 1. `wal`: appended as one atomic batch after all earlier ones; its durability is reported by `durable(walSequence)`.
 *    Any error of the storage: send nothing more, ever (R3).
 * 2. `send`: in order per peer, each not before its `afterSequence` is durable. Loss is allowed, alteration is not.
 * 3. `install`: once this step's `wal` is durable, replace the state machine's state by the verified snapshot. Later `commitIndex` wait for it.
 * 4. `commitIndex`: apply the entries after the applied one up to it (`ElectionCore.entries`).
 * 5. `notices`, `snapshot`: any time after.
 * 6. `timerAt`: replaces the earlier timer; `null` = none.
 */
export interface Effects {
  readonly wal: readonly WalRecord[]
  /** Number of the last WAL batch emitted so far; it increases by one with every step whose `wal` is not empty. */
  readonly walSequence: number
  readonly send: readonly Outgoing[]
  readonly install: SnapshotMeta | null
  readonly commitIndex: LogIndex
  readonly notices: readonly Notice[]
  readonly snapshot: readonly SnapshotCommand[]
  readonly timerAt: Micros | null
}
