import type { Incoming } from '@synod/election-core'
import type { ClusterId, CoreBody, NodeId, PeerBody, PeerFrame, PeerMessage, ReplicaBody } from '@synod/interface/protocol'
import { decodePeerFrame } from '@synod/wire'

export interface InboundHost {
  readonly self: NodeId
  clusterId(): ClusterId
  incarnation(): number
  /** For the core. */
  onMessage(incoming: Incoming): void
  /** For the replica itself. */
  onBody(from: NodeId, incarnation: number, body: ReplicaBody): void
  /** The connection must be closed: what came over it cannot be understood. */
  onBadFrame(peer: NodeId, reason: string): void
}

/** Takes a frame of a peer apart. Decoding is total: whatever the bytes are, nothing throws and nothing else is touched. */
export function receiveFrame(host: InboundHost, from: NodeId, bytes: Uint8Array): void {
  const decoded = decodePeerFrame(bytes)
  if (!decoded.ok) {
    host.onBadFrame(from, decoded.reason)
    return
  }
  const frame = decoded.value
  if (frame.from.id !== from) {
    host.onBadFrame(from, `says that it is from ${frame.from.id}`)
  } else if (frame.to !== host.self) {
    host.onBadFrame(from, `is for ${frame.to}`)
  } else {
    for (const message of frame.messages) receiveMessage(host, frame, message)
  }
}

function receiveMessage(host: InboundHost, frame: PeerFrame, message: PeerMessage): void {
  const { body } = message
  if (!isReplicaBody(body)) {
    const { clusterId, generation, from, fromIncarnation } = frame
    host.onMessage({ type: 'message', clusterId, generation, from, fromIncarnation, message })
  } else if (body.type === 'announce' || (frame.clusterId === host.clusterId() && isForThisLife(host, message))) {
    host.onBody(frame.from.id, frame.fromIncarnation, body)
  }
}

/** An answer to an earlier life of this server is dropped: ids are unique only within a life. */
function isForThisLife(host: InboundHost, message: PeerMessage): boolean {
  return message.toIncarnation === 0 || message.toIncarnation === host.incarnation()
}

function isReplicaBody(body: PeerBody): body is Exclude<PeerBody, CoreBody> {
  switch (body.type) {
    case 'forward':
    case 'forwarded':
    case 'touch':
    case 'touched':
    case 'announce':
      return true
    default:
      return false
  }
}
