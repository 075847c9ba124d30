import type { Transport, Lane } from '@synod/interface'
import type { Appended, NodeId, PeerBody, PeerMessage, ReplicaBody } from '@synod/interface/protocol'
import type { Outgoing } from '@synod/election-core'

/** Makes the bytes of one frame. */
export type FrameEncoder = (to: NodeId, messages: readonly PeerMessage[]) => Uint8Array

/** Estimated bytes after which a turn's messages for one peer go on in another frame. */
const FRAME_BYTES = 4 * 1024 * 1024

/**
 * What this turn of the event loop sends: one frame per peer and lane.
 *
 * To ensure correctness (R1, amendment 2): a message tagged with a WAL sequence leaves only when `durable` has been told of that
 * sequence, in order per peer; one that needs nothing durable overtakes it, so that heartbeats are answered during a slow sync.
 */
export class Outbox {
  readonly #transport: Transport
  readonly #encode: FrameEncoder
  readonly #held: Map<NodeId, Outgoing[]> = new Map()
  readonly #ready: Map<NodeId, Record<Lane, PeerMessage[]>> = new Map()
  #durable = 0
  #closed = false

  constructor(transport: Transport, encode: FrameEncoder) {
    this.#transport = transport
    this.#encode = encode
  }

  add(outgoing: Outgoing): void {
    if (outgoing.afterSequence <= this.#durable) this.#push(outgoing.to, outgoing.lane, outgoing.message)
    else append(this.#held, outgoing.to, outgoing)
  }

  /** A message of the replica's own: it needs nothing durable and does not go through the peer's core. */
  addBody(to: NodeId, body: ReplicaBody, toIncarnation: number): void {
    this.#push(to, 'control', { toIncarnation, sequence: 0, echo: { incarnation: 0, sequence: 0 }, body })
  }

  /** Everything up to this WAL sequence is durable. */
  durable(sequence: number): void {
    this.#durable = sequence
    for (const [peer, held] of this.#held) {
      let free = 0
      for (const outgoing of held) {
        if (outgoing.afterSequence > sequence) break
        this.#push(peer, outgoing.lane, outgoing.message)
        free += 1
      }
      if (free === held.length) this.#held.delete(peer)
      else if (free > 0) held.splice(0, free)
    }
  }

  /** Hands everything that may leave to the transport. */
  flush(): void {
    for (const [peer, lanes] of this.#ready) {
      this.#flushLane(peer, 'control', lanes.control)
      this.#flushLane(peer, 'bulk', lanes.bulk)
    }
    this.#ready.clear()
  }

  /** Nothing is sent any more, ever. */
  close(): void {
    this.#closed = true
    this.#held.clear()
    this.#ready.clear()
  }

  /** Sends these and nothing else any more: not what waits for a disk that has failed, either. */
  closeWith(last: readonly Outgoing[]): void {
    this.#held.clear()
    this.#ready.clear()
    for (const outgoing of last) this.#push(outgoing.to, outgoing.lane, outgoing.message)
    this.flush()
    this.#closed = true
  }

  #push(to: NodeId, lane: Lane, message: PeerMessage): void {
    if (this.#closed) return
    let lanes = this.#ready.get(to)
    if (lanes === undefined) {
      lanes = { control: [], bulk: [] }
      this.#ready.set(to, lanes)
    }
    lanes[lane].push(message)
  }

  #flushLane(peer: NodeId, lane: Lane, messages: readonly PeerMessage[]): void {
    let from = 0
    let bytes = 0
    for (let at = 0; at < messages.length; at += 1) {
      const message = messages[at]
      if (message === undefined) continue
      const size = sizeOf(message.body)
      if (at > from && bytes + size > FRAME_BYTES) {
        this.#transport.send(peer, this.#encode(peer, messages.slice(from, at)), lane)
        from = at
        bytes = 0
      }
      bytes += size
    }
    if (messages.length > from) this.#transport.send(peer, this.#encode(peer, messages.slice(from)), lane)
  }
}

function append(held: Map<NodeId, Outgoing[]>, to: NodeId, outgoing: Outgoing): void {
  const list = held.get(to)
  if (list === undefined) held.set(to, [outgoing])
  else if (saysAllOf(outgoing, list.at(-1))) list[list.length - 1] = outgoing
  else list.push(outgoing)
}

/** While a disk hangs, heartbeats and reads go on asking: of acknowledgements that wait for the same record the last is enough. */
function saysAllOf(later: Outgoing, earlier: Outgoing | undefined): boolean {
  const [a, b] = [earlier?.message.body, later.message.body]
  if (earlier?.afterSequence !== later.afterSequence || earlier.message.toIncarnation !== later.message.toIncarnation) return false
  return isPlain(a) && isPlain(b) && a.epoch === b.epoch && a.durableIndex <= b.durableIndex
}

function isPlain(body: PeerBody | undefined): body is Appended {
  return body?.type === 'appended' && body.ok && body.conflict === null
}

function sizeOf(body: PeerBody): number {
  const overhead = 64
  if (body.type === 'append' || body.type === 'fetched') {
    return body.entries.reduce((sum, entry) => sum + entry.payload.length + overhead, overhead)
  }
  if (body.type === 'forward') return body.commands.reduce((sum, command) => sum + command.length + overhead, overhead)
  if (body.type === 'snapshotChunk') return body.bytes.length + overhead
  return overhead
}
