import type { ClusterConfig, Micros, NodeId } from '@synod/interface/protocol'

/** Times of the protocol, integer microseconds (defaults and what they trade: protocol §2.18). */
export interface CoreTimings {
  /** A leader that sends nothing else sends an empty Append this often. */
  readonly heartbeatMicros: Micros
  /** T_sus is three mean heartbeat intervals, clamped to this range. */
  readonly suspicionMinMicros: Micros
  readonly suspicionMaxMicros: Micros
  /** Status while following or leading. */
  readonly pingMicros: Micros
  /** Status while looking or candidate; after `lookingPatienceMicros` the slow one. */
  readonly statusMicros: Micros
  readonly statusSlowMicros: Micros
  readonly lookingPatienceMicros: Micros
  /** Longest wait for a better candidate when not everybody is accounted for. */
  readonly finalizeMaxMicros: Micros
  /** T_camp at the least. */
  readonly campaignMinMicros: Micros
  /** A campaign's own promise must be durable within this. */
  readonly campaignPromiseMaxMicros: Micros
  /** T_disk: a leader whose own sync takes longer resigns. */
  readonly diskMaxMicros: Micros
  /** Echoes and steady Status older than this say nothing. */
  readonly steadyFreshMicros: Micros
  /** How long a closed connection may be a blip. */
  readonly closedGraceMinMicros: Micros
}

export const defaultTimings: CoreTimings = {
  heartbeatMicros: 50_000,
  suspicionMinMicros: 150_000,
  suspicionMaxMicros: 2_000_000,
  pingMicros: 1_000_000,
  statusMicros: 50_000,
  statusSlowMicros: 200_000,
  lookingPatienceMicros: 5_000_000,
  finalizeMaxMicros: 100_000,
  campaignMinMicros: 250_000,
  campaignPromiseMaxMicros: 2_000_000,
  diskMaxMicros: 1_000_000,
  steadyFreshMicros: 3_000_000,
  closedGraceMinMicros: 10_000,
}

/** Bounds; what would pass them is refused or waits, never dropped. */
export interface CoreLimits {
  /** Bytes appended and not yet committed; a proposal beyond is refused `SYNOD_BUSY` before it is appended. */
  readonly uncommittedBytesMax: number
  /** Append messages on their way to one follower. */
  readonly inflightMessagesMax: number
  /** Entry bytes on their way to one follower. */
  readonly inflightBytesMax: number
  /** Entry bytes in one Append or Fetched. */
  readonly appendBytesMax: number
  readonly snapshotChunkBytes: number
  /** Snapshot chunks on their way to one follower. */
  readonly snapshotWindow: number
  /** Entries committed between two notes of it on the disk, each beside a batch that is written anyway. */
  readonly commitHintEntries: number
}

export const defaultLimits: CoreLimits = {
  uncommittedBytesMax: 64 * 1024 * 1024,
  inflightMessagesMax: 256,
  inflightBytesMax: 8 * 1024 * 1024,
  appendBytesMax: 1024 * 1024,
  snapshotChunkBytes: 256 * 1024,
  snapshotWindow: 4,
  commitHintEntries: 1_024,
}

/** How a configuration becomes the payload of an `epoch` entry: the core knows no byte format. */
export interface ConfigCodec {
  encode(config: ClusterConfig): Uint8Array
  /** `null` when the bytes are none. */
  decode(bytes: Uint8Array): ClusterConfig | null
}

export interface CoreOptions {
  readonly self: NodeId
  readonly clusterName: string
  /** The configuration to form the cluster with; once formed, the log's own counts. */
  readonly config: ClusterConfig
  /** 128 random bits in hex: names this blank server until it is formatted. */
  readonly formatId: string
  /** 128 random bits in hex: the cluster's id if this server is the one that forms it. */
  readonly newClusterId: string
  readonly codec: ConfigCodec
  readonly timings?: Partial<CoreTimings>
  readonly limits?: Partial<CoreLimits>
}
