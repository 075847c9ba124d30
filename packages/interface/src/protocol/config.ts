import type { NodeId } from './ids.ts'

/** What a member may do. Only `voter` is used by the first stage (protocol §2.12). */
export type MemberKind = 'voter' | 'observer' | 'witness'

export interface MemberConfig {
  readonly id: NodeId
  /** Assigned by the cluster; 1 for members of the first configuration. */
  readonly instance: number
  readonly kind: MemberKind
  /** 1 in the first stage. */
  readonly weight: number
  /** Breaks ties between equal logs, before the id. 0 in the first stage. */
  readonly priority: number
}

/**
 * Who counts in a quorum. It is an entry of the log; the newest one in the log is active, committed or not.
 *
 * Invariant: `members` is sorted by id and has no id twice.
 */
export interface ClusterConfig {
  readonly members: readonly MemberConfig[]
  /** The outgoing half of a joint configuration; `null` outside of a change (always, in the first stage). */
  readonly outgoing: readonly MemberConfig[] | null
  /** Lease duration Δ in ms; 0 = off (always, in the first stage; protocol §2.9). */
  readonly leaseMs: number
}
