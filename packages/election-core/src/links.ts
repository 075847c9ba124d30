import type { NodeId } from '@synod/interface/protocol'
import { judgeCampaign } from './campaign.ts'
import type { Context } from './context.ts'
import { peerOf, send } from './context.ts'
import { forgetDonor } from './fetch.ts'
import { suspectLeader } from './follower.ts'
import { pauseProgress } from './replication.ts'
import { ownStatus } from './status.ts'

/** What the transport says of a link (protocol §2.5). Evidence for the canvass, and fast suspicion. */
export function onOpened(context: Context, id: NodeId): void {
  const peer = peerOf(context, id)
  if (!peer) return
  peer.link = 'open'
  if (peer.suspicion === 'timeout') peer.suspicion = 'none'
  peer.progress.probing = false
  send(context, peer, ownStatus(context))
}

export function onClosed(context: Context, id: NodeId): void {
  const peer = peerOf(context, id)
  if (!peer || peer.link === 'closed') return
  peer.link = 'closed'
  peer.closedAt = context.now
  linkLost(context, id)
}

/** Nobody listens at its address: the process is dead, no grace is needed. An open link knows better: that try crossed with the peer's own. */
export function onRefused(context: Context, id: NodeId): void {
  const peer = peerOf(context, id)
  if (!peer || peer.link === 'refused' || peer.link === 'open') return
  peer.link = 'refused'
  linkLost(context, id)
}

function linkLost(context: Context, id: NodeId): void {
  pauseProgress(context, id)
  forgetDonor(context, id)
  if (context.role === 'following' && context.leader === id) suspectLeader(context, 'closed')
  if (context.campaign) judgeCampaign(context)
}
