import type { NodeId } from '@synod/interface/protocol'
import type { Context, Thresholds } from './context.ts'
import { peerOf } from './context.ts'
import { isQuorum } from './quorum.ts'
import { sendAppend } from './replication.ts'

/** Sends everybody an Append; who echoes it, or a later message, with `Appended{own epoch, ok}` has confirmed this leader since now. */
export function askConfirmation(context: Context): Thresholds {
  const thresholds = new Map<NodeId, number>()
  for (const peer of context.peers) {
    const isAway = peer.link === 'closed' || peer.link === 'refused'
    // Who is away now confirms with its answer to whatever it is sent next: nobody must wait for a peer that was not asked.
    thresholds.set(peer.id, isAway ? peer.outSequence + 1 : sendAppend(context, peer, { entries: [], wantsAnswer: true }))
  }
  return thresholds
}

/** A quorum has answered Appends of this epoch that were sent when this was asked, or later (amendment 1). No clock is in it. */
export function isConfirmedSince(context: Context, thresholds: Thresholds): boolean {
  return isQuorum(context.log.config, (id) => {
    if (id === context.self) return true
    const threshold = thresholds.get(id)
    return threshold !== undefined && (peerOf(context, id)?.confirmSequence ?? 0) >= threshold
  })
}
