import type { LeadershipStrength } from '@synod/interface'
import type { Role, Zxid } from '@synod/interface/protocol'
import type { SynodNode } from '../node/synod-node.ts'

/** What a server tells the `synod dev` that started it. */
export interface ServerReport {
  readonly type: 'report'
  readonly role: Role
  readonly strength: LeadershipStrength
  readonly epoch: number
  readonly leader: number | null
  readonly zxid: Zxid
  readonly endpoint: string
  /** Round trip to the leader in microseconds; 0 while unknown, and at the leader. */
  readonly leaderRoundTripMicros: number
}

/** Why a server could not start, or stopped for good. */
export interface ServerFailure {
  readonly type: 'failure'
  readonly code: string
  readonly message: string
}

export type ServerMessage = ServerReport | ServerFailure

/** Asks a server to stop at once: all of them stop, nobody is left to hand over to. */
export interface StopRequest {
  readonly type: 'stop'
}

/** The report of this moment. */
export function reportOf(node: SynodNode): ServerReport {
  const { role, strength, epoch, leader, lastZxid, endpoint, roundTripMicros } = node.status()
  return {
    type: 'report',
    role,
    strength,
    epoch,
    leader,
    zxid: lastZxid,
    endpoint,
    leaderRoundTripMicros: leader === null ? 0 : (roundTripMicros[leader] ?? 0),
  }
}

/** True for what `ServerMessage` describes: IPC carries anything. */
export function isServerMessage(value: unknown): value is ServerMessage {
  return typeof value === 'object' && value !== null && 'type' in value && (value.type === 'report' || value.type === 'failure')
}
