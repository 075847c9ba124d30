/** Number of a server in its cluster, chosen by the operator: a safe integer from 1 to 65535 (ZooKeeper: `myid`). */
export type NodeId = number

/** Leadership period (Raft: term). Safe integer, 0 before the first election. */
export type Epoch = number

/** Position in the log: contiguous over the whole life of the cluster, never reset per epoch. 0 is "before the first entry". */
export type LogIndex = number

/** Monotonic time in integer microseconds. Only differences mean anything. */
export type Micros = number

/** 128 random bits as 32 lower-case hex digits; `''` while a server is blank (protocol §2.1b). */
export type ClusterId = string

/**
 * Name of a log position: the epoch that wrote it and its index. Compared by epoch first, then index (protocol §2.0).
 *
 * Invariants:
 * 1. Both parts are safe integers ≥ 0.
 * 2. Two entries with equal zxid are the same entry, and so are all before them (I4).
 */
export interface Zxid {
  readonly epoch: Epoch
  readonly index: LogIndex
}

/** The position before the first entry. */
export const zxidZero: Zxid = { epoch: 0, index: 0 }

/** Orders by (epoch, index): negative, zero or positive, like a `sort` comparator. */
export function compareZxid(a: Zxid, b: Zxid): number {
  return a.epoch - b.epoch || a.index - b.index
}

/** One server, in one of its lives as a member: re-formatted disks come back as another instance (protocol §2.0). */
export interface Member {
  readonly id: NodeId
  readonly instance: number
}
