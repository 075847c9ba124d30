import type { Clock } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'
import type { MemoryTransport } from './memory-transport.ts'

/** One connection. Its identity as an object is what frames are checked against: a frame outlives no connection. */
export interface Link {
  readonly incarnations: ReadonlyMap<NodeId, number>
}

/** What a transport in memory sees of its network. */
export interface Switchboard {
  readonly clock: Clock
  readonly queueBytesMax: number
  join(transport: MemoryTransport): void
  leave(transport: MemoryTransport): void
  hangUp(from: NodeId, to: NodeId): void
  swallows(from: NodeId, to: NodeId): boolean
  /** The other end of this connection, if it still has it. */
  recipient(link: Link, from: NodeId, to: NodeId): MemoryTransport | undefined
}
