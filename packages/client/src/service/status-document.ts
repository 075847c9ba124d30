import type { LeadershipStrength, ReplicaStatus, ServerInfo } from '@synod/interface'
import type { Role, StoreState, Zxid } from '@synod/interface/protocol'

/** A server's own status as it travels: `ReplicaStatus` with the error reduced to code and message, and a hash of the state. */
export interface StatusDocument {
  readonly id: number
  readonly clusterName: string
  readonly clusterId: string
  readonly incarnation: number
  readonly role: Role
  readonly strength: LeadershipStrength
  readonly epoch: number
  readonly leader: number | null
  readonly lastZxid: Zxid
  readonly commitIndex: number
  readonly appliedZxid: Zxid
  /** Equal on all servers that have applied the same position. Null when the state is larger than 8 MiB. */
  readonly stateHash: string | null
  readonly store: StoreState
  readonly servers: readonly ServerInfo[]
  readonly sinceLeaderMicros: number
  readonly stopped: boolean
  readonly halted: { readonly code: string; readonly message: string } | null
}

/** The document of a replica's status and the hash of its state, at that moment. */
export function statusDocument(status: ReplicaStatus, stateHash: string | null): StatusDocument {
  const { halted, ...rest } = status
  return { ...rest, stateHash, halted: halted === null ? null : { code: halted.code, message: halted.message } }
}
