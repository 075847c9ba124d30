import type { ClusterId, NodeId } from './protocol/index.ts'
import type { SynodError } from './errors.ts'

/** `control` frames (elections, heartbeats, small appends) never queue behind `bulk` ones (snapshot chunks). */
export type Lane = 'control' | 'bulk'

/** Who this server is to its peers. Read at every handshake: `clusterId` is learnt only at the first start. */
export interface TransportIdentity {
  readonly id: NodeId
  readonly incarnation: number
  readonly clusterName: string
  /** `''` while blank: then it is not compared. */
  readonly clusterId: ClusterId
}

export interface TransportHandlers {
  onFrame(from: NodeId, frame: Uint8Array): void
  /** A connection in both directions is there; `incarnation` is the peer's. Called again, after `onClosed`, when it is replaced. */
  onOpened(peer: NodeId, incarnation: number): void
  /** It was there and is gone. */
  onClosed(peer: NodeId, incarnation: number): void
  /** The peer's address answers that nobody listens: its process is dead. Called for every failed try. */
  onRefused(peer: NodeId): void
  /** A peer or stranger was turned away, or turned us away, for a reason that a person should read. */
  onRejected(peer: NodeId | null, error: SynodError): void
}

/**
 * Moves opaque frames between the servers of one cluster.
 *
 * To ensure correctness: it may lose, repeat, reorder and delay frames, but never alters one and never delivers one to or from
 * the wrong server. `send` never blocks and never throws because a peer is away: what cannot be queued is dropped and counted.
 * Queues are bounded. Frames are handed over as they are: neither side changes the bytes afterwards.
 */
export interface Transport {
  /** Resolves when it listens. Rejects with `SYNOD_PORT_IN_USE` and the like. */
  start(identity: () => TransportIdentity, handlers: TransportHandlers): Promise<void>
  send(to: NodeId, frame: Uint8Array, lane: Lane): void
  /** Closes the connection (its frame did not decode, say); it is opened anew with back-off. */
  disconnect(peer: NodeId, reason: string): void
  /** Smoothed round-trip time in microseconds; 0 while unknown. */
  roundTripMicros(peer: NodeId): number
  stats(): TransportStats
  stop(): Promise<void>
}

export interface TransportStats {
  readonly framesSent: number
  readonly framesReceived: number
  readonly framesDropped: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** Connections turned away, by reason code. */
  readonly rejected: Readonly<Record<string, number>>
}
