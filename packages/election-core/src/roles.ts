import type { Role } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { noteRole, peerOf, send } from './context.ts'

/** Ends whatever the present role had under way and takes up another one. Changes nothing durable. */
export function become(context: Context, role: Role): void {
  const before = context.role
  if (before === 'leading' && role !== 'leading') leaveLeadership(context)
  if (before === 'following' && role !== 'following') failFollowerReads(context)
  if (role !== 'candidate' && role !== 'leading') context.campaign = null
  context.role = role
  if (role === 'looking') {
    context.leader = 0
    if (before !== 'candidate') context.lookingSince = context.now
  }
  if (role === 'looking' || role === 'candidate') {
    context.finalizeAt = null
    context.finalizeFor = 0
    context.statusAt = Math.min(context.statusAt, context.now + context.timings.statusMicros)
  }
  noteRole(context)
}

function leaveLeadership(context: Context): void {
  context.strength = 'none'
  context.learntEpoch = 0
  context.renewalThresholds = null
  context.uncommittedBytes = 0
  for (const group of context.readGroups) {
    for (const read of group.reads) {
      if (read.origin === context.self) context.notices.push({ kind: 'readFailed', readId: read.readId })
      else {
        const peer = peerOf(context, read.origin)
        if (peer)
          send(context, peer, { type: 'readIndexed', readId: read.readId, index: 0, refused: true, leader: null }, { answers: true })
      }
    }
  }
  context.readGroups.length = 0
  for (const peer of context.peers) peer.progress.snapshot = null
}

/** Reads asked of a leader are never carried over to another (amendment 1). */
export function failFollowerReads(context: Context): void {
  for (const readId of context.followerReads.values()) context.notices.push({ kind: 'readFailed', readId })
  context.followerReads.clear()
}

/**
 * Leaves leadership. `resign` and `stop` tell everybody, so that they need not wait to suspect us; `superseded` and `behind` follow
 * from somebody else's leadership or longer log.
 */
export function stepDown(context: Context, reason: 'resign' | 'stop' | 'superseded' | 'behind'): void {
  if (context.role !== 'leading') return
  const epoch = context.leaderEpoch
  if (reason === 'resign' || reason === 'stop') {
    for (const peer of context.peers) send(context, peer, { type: 'resign', epoch, successor: 0 })
  }
  if (reason === 'resign') {
    context.resignations = context.now - context.resignedAt < 30_000_000 ? context.resignations + 1 : 1
    context.resignedAt = context.now
    if (context.resignations >= 2) {
      const wait = 10_000_000 * 2 ** Math.min(context.resignations - 2, 4)
      context.cannotLeadUntil = Math.max(context.cannotLeadUntil, context.now + wait)
    }
  }
  become(context, 'looking')
}
