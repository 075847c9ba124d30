import type { CoreView } from '@synod/election-core'
import type { PeerBody, Zxid } from '@synod/interface/protocol'

function zxid(z: Zxid): string {
  return `${z.epoch}.${z.index}`
}

/** One message in a few words, for traces that people read. */
export function describeMessage(body: PeerBody): string {
  switch (body.type) {
    case 'newEpoch':
      return `NewEpoch e=${body.epoch} last=${zxid(body.lastZxid)}${body.reEpoch ? ' re-epoch' : ''}`
    case 'ackEpoch':
      return body.granted
        ? `AckEpoch e=${body.epoch} granted last=${zxid(body.lastZxid)}`
        : `AckEpoch e=${body.epoch} refused promised=${body.promisedEpoch}→${body.promisedTo}`
    case 'append':
      return `Append e=${body.epoch} prev=${zxid(body.prevZxid)} +${body.entries.length} commit=${body.commitIndex}`
    case 'appended':
      if (!body.ok) return `Appended e=${body.epoch} rejected promised=${body.promisedEpoch}`
      return body.conflict
        ? `Appended e=${body.epoch} conflict last=${zxid(body.conflict.lastZxid)}`
        : `Appended e=${body.epoch} durable=${body.durableIndex}`
    case 'fetch':
      return `Fetch e=${body.epoch} last=${zxid(body.lastZxid)}`
    case 'fetched':
      return `Fetched e=${body.epoch} prev=${zxid(body.prevZxid)} +${body.entries.length}${body.last ? ' last' : ''}`
    case 'hello':
      return `Hello promised=${body.promisedEpoch} last=${zxid(body.lastZxid)}`
    case 'resign':
      return `Resign e=${body.epoch}`
    case 'snapshotBegin':
      return `SnapshotBegin e=${body.epoch} ${zxid(body.snapshot.zxid)}`
    case 'snapshotChunk':
      return `SnapshotChunk e=${body.epoch} at=${body.offset}${body.last ? ' last' : ''}`
    case 'snapshotAck':
      return `SnapshotAck e=${body.epoch} at=${body.offset}${body.installed ? ' installed' : ''}${body.have ? ` have=${zxid(body.have)}` : ''}`
    case 'status':
      return `Status ${body.role} last=${zxid(body.lastZxid)} promised=${body.promisedEpoch}`
    default:
      return body.type
  }
}

/** A role as traces name it. */
export function describeRole(view: CoreView): string {
  if (view.role === 'leading') return `leading(${view.strength}) epoch ${view.leaderEpoch}`
  if (view.role === 'candidate') return `candidate epoch ${view.promised.epoch}`
  if (view.role === 'following' || view.role === 'relayed') return `${view.role} ${view.leader} epoch ${view.leaderEpoch}`
  return view.role
}
