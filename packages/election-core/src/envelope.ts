import type { CoreBody } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { peerOf, send } from './context.ts'
import type { Incoming } from './events.ts'
import type { Peer } from './peer.ts'
import { isAnotherStart } from './status.ts'

/** Bodies that blank and pristine servers exchange, whatever cluster id they know. */
function isOfFormation(body: CoreBody): boolean {
  return body.type === 'status' || body.type === 'format' || body.type === 'formatted'
}

/**
 * Who may be heard (protocol §2.3): the right cluster, generation and instance, no earlier life of the sender, no answer to an earlier
 * life of ours. Keeps what the header tells of the connection. Returns the peer, or `null`: the message is dropped.
 */
export function admit(context: Context, incoming: Incoming, body: CoreBody): Peer | null {
  const peer = peerOf(context, incoming.from.id)
  if (!peer || incoming.from.instance !== instanceOf(context, peer.id) || incoming.generation !== context.generation) return null
  const sameCluster = incoming.clusterId === context.clusterId && context.clusterId !== ''
  if (!sameCluster && !isOfFormation(body)) return null
  if (!sameCluster && context.formed && body.type === 'status' && body.store === 'formatted') return null
  const { message, fromIncarnation } = incoming
  if (message.toIncarnation !== 0 && message.toIncarnation !== context.incarnation) return null
  // Blank servers have no numbers of their lives: what was heard and echoed of another start counts for nothing (first start, §2.1b).
  if (!context.formed && body.type === 'status' && isAnotherStart(peer, body)) renew(context, peer, fromIncarnation)
  if (fromIncarnation < peer.incarnation && fromIncarnation > 0) {
    send(context, peer, { type: 'staleIncarnation', seen: peer.incarnation })
    return null
  }
  if (fromIncarnation > peer.incarnation) renew(context, peer, fromIncarnation)
  if (fromIncarnation === peer.incarnation) noteEnvelope(context, peer, incoming)
  return peer
}

function instanceOf(context: Context, id: number): number | undefined {
  return context.log.config.members.find((member) => member.id === id)?.instance
}

/** The peer has been restarted: nothing of its earlier life counts (amendment 43). */
function renew(context: Context, peer: Peer, incarnation: number): void {
  peer.reset(incarnation)
  peer.progress.next = Math.max(context.log.lastIndex, context.log.base.index) + 1
}

function noteEnvelope(context: Context, peer: Peer, { message }: Incoming): void {
  peer.seenSequence = Math.max(peer.seenSequence, message.sequence)
  peer.seenAt = context.now
  const { echo } = message
  if (echo.incarnation === context.incarnation && echo.sequence <= peer.outSequence) {
    peer.echoSequence = Math.max(peer.echoSequence, echo.sequence)
  }
}
