import type { ClusterConfig } from './config.ts'
import type { EpochEnd, Entry } from './entry.ts'
import type { ClusterId, Epoch, LogIndex, Member, NodeId, Zxid } from './ids.ts'

/** What a snapshot is of. `id` names its bytes in the storage and on the wire: `<epoch>-<index>-<hash>` (amendment 41). */
export interface SnapshotMeta {
  readonly id: string
  readonly zxid: Zxid
  readonly config: ClusterConfig
  /** Epoch table of the log up to `zxid`. */
  readonly epochTable: readonly EpochEnd[]
  readonly timeMs: number
  readonly size: number
  /** sha256 of all bytes, lower-case hex. */
  readonly hash: string
}

/**
 * Records of the one ordered durable stream (protocol §2.1). The order of records is the order of their effects;
 * a batch is atomic.
 */
export type WalRecord =
  | {
      readonly kind: 'meta'
      readonly clusterName: string
      readonly clusterId: ClusterId
      readonly generation: number
      readonly member: Member
      readonly incarnation: number
      /** The configuration the cluster was formed with: active while the log holds no other. */
      readonly config: ClusterConfig
    }
  | { readonly kind: 'promise'; readonly epoch: Epoch; readonly candidate: NodeId; readonly candidateIncarnation: number }
  /** Contiguous entries; `prev` is the zxid of the entry before the first. */
  | { readonly kind: 'entries'; readonly prev: Zxid; readonly entries: readonly Entry[] }
  | { readonly kind: 'truncate'; readonly keepIndex: LogIndex }
  /** The log now may begin after `snapshot.zxid`; when the log does not hold that zxid, everything before this record is discarded. */
  | { readonly kind: 'snapbase'; readonly snapshot: SnapshotMeta }
  | { readonly kind: 'commithint'; readonly index: LogIndex }
  | { readonly kind: 'seal'; readonly sequence: number }
