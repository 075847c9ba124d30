import type { CoreView } from '@synod/election-core'
import type { PeerBody, Zxid } from '@synod/interface/protocol'

function zxid(z: Zxid): string {
  return `${z.epoch}.${z.index}`
}

/** A server's role as traces name it. */
export function describeView(view: CoreView): string {
  if (view.role === 'leading') return `is leading (${view.strength}) epoch ${view.leaderEpoch}`
  if (view.role === 'candidate') return `is candidate for epoch ${view.promised.epoch}`
  if (view.role === 'following' || view.role === 'relayed') return `is ${view.role} ${view.leader}, epoch ${view.leaderEpoch}`
  return `is looking, ${view.store}, promised ${view.promised.epoch}→${view.promised.candidate}`
}

/** One message in a few words. */
export function describeMessage(body: PeerBody): string {
  switch (body.type) {
    case 'status':
      return `Status ${body.role} last=${zxid(body.lastZxid)} promised=${body.promisedEpoch}→${body.promisedTo} reach=${body.reach.join(',')} supports=${body.supports}`
    case 'newEpoch':
      return `NewEpoch e=${body.epoch} last=${zxid(body.lastZxid)}${body.reEpoch ? ' re-epoch' : ''}`
    case 'ackEpoch':
      return body.granted
        ? `AckEpoch e=${body.epoch} granted last=${zxid(body.lastZxid)}`
        : `AckEpoch e=${body.epoch} refused promised=${body.promisedEpoch}→${body.promisedTo}`
    case 'append':
      return `Append e=${body.epoch} prev=${zxid(body.prevZxid)} +${body.entries.length} commit=${body.commitIndex}`
    case 'appended':
      if (!body.ok) return `Appended e=${body.epoch} rejected promised=${body.promisedEpoch}→${body.promisedTo}`
      return body.conflict === null
        ? `Appended e=${body.epoch} durable=${body.durableIndex}`
        : `Appended e=${body.epoch} conflict last=${zxid(body.conflict.lastZxid)}`
    case 'fetch':
      return `Fetch e=${body.epoch} last=${zxid(body.lastZxid)}`
    case 'fetched':
      return `Fetched e=${body.epoch} prev=${zxid(body.prevZxid)} +${body.entries.length}${body.last ? ' last' : ''}`
    case 'hello':
      return `Hello promised=${body.promisedEpoch} last=${zxid(body.lastZxid)}`
    case 'resign':
      return `Resign e=${body.epoch}`
    case 'snapshotBegin':
      return `SnapshotBegin e=${body.epoch} ${zxid(body.snapshot.zxid)}${body.forFetch ? ' for fetch' : ''}`
    case 'snapshotChunk':
      return `SnapshotChunk e=${body.epoch} at=${body.offset} +${body.bytes.length}${body.last ? ' last' : ''}`
    case 'snapshotAck':
      return `SnapshotAck e=${body.epoch} at=${body.offset}${body.installed ? ' installed' : ''}${body.have === null ? '' : ` have=${zxid(body.have)}`}`
    case 'forward':
      return `Forward ${body.firstId} +${body.commands.length}`
    case 'forwarded':
      return `Forwarded ${body.firstId} +${body.count} ${body.refused === '' ? zxid(body.zxid) : body.refused}`
    default:
      return body.type
  }
}

/** What the lines of a trace mean. */
export const legend: string = [
  'time since the start in ms of true time | who (server number, client name, sim = the simulator) | what',
  '→ 2 …: a message handed to the transport for server 2; zxids are epoch.index; promised=epoch→candidate',
].join('\n')
