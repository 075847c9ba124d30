import type { Epoch, LogIndex } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { peerOf, send } from './context.ts'
import type { CoreEvent } from './events.ts'
import type { Peer } from './peer.ts'

/** A transfer without any progress for this long begins anew. */
const stuckMicros = 2_000_000

/** Offers this server's snapshot to a peer whose log begins too late for ours (protocol §2.10, amendment 3). */
export function startSnapshot(context: Context, peer: Peer, fetch: { readonly epoch: Epoch } | null = null): void {
  const snapshot = context.log.snapshot
  if (!snapshot) return
  const { progress } = peer
  progress.mode = 'snapshot'
  progress.snapshot = {
    id: snapshot.id,
    index: snapshot.zxid.index,
    size: snapshot.size,
    acked: 0,
    asked: 0,
    rewoundTo: -1,
    forFetch: fetch !== null,
    candidateIncarnation: fetch ? peer.incarnation : 0,
    progressAt: context.now,
  }
  send(
    context,
    peer,
    {
      type: 'snapshotBegin',
      epoch: fetch?.epoch ?? context.leaderEpoch,
      forFetch: fetch !== null,
      candidateIncarnation: fetch ? peer.incarnation : 0,
      snapshot,
    },
    { durable: true, answers: true },
  )
}

/** Asks the driver for the next chunks, as far as the window allows. */
export function askChunks(context: Context, peer: Peer): void {
  const sending = peer.progress.snapshot
  if (!sending) return
  const { snapshotChunkBytes, snapshotWindow } = context.limits
  // One of no bytes has a chunk, too: its arrival is what makes the receiver check and install it.
  while (sending.asked < Math.max(1, sending.size) && sending.asked - sending.acked < snapshotChunkBytes * snapshotWindow) {
    context.snapshotCommands.push({
      kind: 'read',
      to: peer.id,
      snapshotId: sending.id,
      offset: sending.asked,
      maxBytes: snapshotChunkBytes,
    })
    sending.asked += snapshotChunkBytes
  }
}

/** The driver has read a chunk: off it goes, behind everything that is more urgent. */
export function onSnapshotRead(context: Context, event: Extract<CoreEvent, { type: 'snapshotRead' }>): void {
  const peer = peerOf(context, event.to)
  const sending = peer?.progress.snapshot
  if (!peer || !sending || sending.id !== event.snapshotId) return
  const epoch = sending.forFetch ? context.promised.epoch : context.leaderEpoch
  const { snapshotId, offset, bytes, last } = event
  const { forFetch, candidateIncarnation } = sending
  send(
    context,
    peer,
    { type: 'snapshotChunk', epoch, forFetch, candidateIncarnation, snapshotId, offset, bytes, last },
    { lane: 'bulk', answers: true },
  )
}

/** At every step while leading: transfers that are stuck begin anew, from what the receiver has. */
export function tendSnapshots(context: Context): void {
  if (context.role !== 'leading') return
  for (const peer of context.peers) {
    const { progress } = peer
    if (progress.mode !== 'snapshot' || peer.link === 'closed' || peer.link === 'refused') continue
    if (!progress.snapshot || context.now - progress.snapshot.progressAt > stuckMicros) startSnapshot(context, peer)
  }
}

/**
 * Least index that a connected follower of this leader still lacks, or will lack once it has the snapshot that it is being sent:
 * what is cut above it costs that follower a transfer anew (protocol §2.10). Beyond every index when nobody lags.
 */
export function neededFrom(context: Context): LogIndex {
  let least = Number.MAX_SAFE_INTEGER
  if (context.role !== 'leading') return least
  for (const { link, progress } of context.peers) {
    if (link === 'closed' || link === 'refused') continue
    if (progress.mode !== 'snapshot') least = Math.min(least, progress.match > 0 ? progress.match + 1 : progress.next)
    else if (progress.snapshot) least = Math.min(least, progress.snapshot.index + 1)
  }
  return least
}
