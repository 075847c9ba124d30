import type { NodeId, PeerFrame, PeerMessage } from '@synod/interface/protocol'
import type { ObservedServer } from './invariant.ts'

/** Which messages a server may believe (protocol §2.3, amendment 30), kept apart from what its core makes of them. */
export class Heard {
  readonly #newest: Map<string, number> = new Map()

  /** Not an answer to another life of the receiver, and not of a life of the sender before one that was heard. Asked once per message. */
  admits(server: ObservedServer, message: PeerMessage, frame: PeerFrame): boolean {
    if (message.toIncarnation !== 0 && message.toIncarnation !== server.incarnation) return false
    const pair = `${lifeOf(server)}<${frame.from.id}`
    const newest = this.#newest.get(pair) ?? 0
    if (frame.fromIncarnation < newest) return false
    if (frame.fromIncarnation > newest) this.#newest.set(pair, frame.fromIncarnation)
    return true
  }
}

/** Names one life of one server; an incarnation may come twice, when a disk is replaced by an older copy. */
export function lifeOf({ id, lives }: { readonly id: NodeId; readonly lives: number }): string {
  return `${id}/${lives}`
}
