import type { LeadershipStrength } from '@synod/interface'
import type { Epoch, NodeId, Role } from '@synod/interface/protocol'
import type { Notice } from '@synod/election-core'

/** Who leads, as this replica sees it after its last step. */
export interface Leadership {
  readonly role: Role
  readonly strength: LeadershipStrength
  readonly epoch: Epoch
  readonly leader: NodeId | null
}

export const noLeadership: Leadership = { role: 'looking', strength: 'none', epoch: 0, leader: null }

/** What a `role` notice of the core says. */
export function leadershipOf(notice: Extract<Notice, { kind: 'role' }>): Leadership {
  return { role: notice.role, strength: notice.strength, epoch: notice.epoch, leader: notice.leader === 0 ? null : notice.leader }
}

/** What differs between two moments. */
export interface LeadershipChange {
  readonly role: boolean
  /** Another leader, another epoch of the same one, or none any more. */
  readonly leader: boolean
  /** This replica led and does so no more. */
  readonly lost: boolean
}

export function compareLeadership(before: Leadership, after: Leadership): LeadershipChange {
  return {
    role: before.role !== after.role || before.strength !== after.strength || before.epoch !== after.epoch,
    leader: before.leader !== after.leader || (after.leader !== null && before.epoch !== after.epoch),
    lost: before.role === 'leading' && after.role !== 'leading',
  }
}
