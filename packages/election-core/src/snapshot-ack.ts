import type { SnapshotAck } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import type { Peer } from './peer.ts'
import { newProgress } from './peer.ts'
import { noteMatch } from './replication.ts'
import { askChunks } from './snapshot-sending.ts'

/** The receiver says how far it is. Installed counts as a match up to the snapshot (amendment 3). */
export function onSnapshotAck(context: Context, peer: Peer, ack: SnapshotAck): void {
  const sending = peer.progress.snapshot
  if (!sending || sending.id !== ack.snapshotId) return
  const ended = ack.installed || ack.have !== null
  if (!ended) {
    if (ack.offset > sending.acked || sending.asked === 0) sending.progressAt = context.now
    const isComplaint = ack.offset === sending.acked && sending.asked > ack.offset && sending.rewoundTo !== ack.offset
    if (ack.offset < sending.acked || sending.asked === 0 || isComplaint) {
      sending.asked = ack.offset
      sending.rewoundTo = ack.offset
    }
    sending.acked = ack.offset
    askChunks(context, peer)
    return
  }
  peer.progress.snapshot = null
  if (sending.forFetch || context.role !== 'leading' || ack.epoch !== context.leaderEpoch) return
  const index = ack.have?.index ?? context.log.snapshot?.zxid.index ?? 0
  peer.progress = { ...newProgress(Math.max(index, context.log.base.index) + 1), match: peer.progress.match }
  if (ack.installed && context.log.snapshot?.id === ack.snapshotId) noteMatch(context, peer, index)
}
