import type { LeadershipStrength, ReplicaEvents, ReplicaStatus } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { ClientTuning } from '@synod/client'
import type { Replica } from '@synod/replica'

/** What a server says of itself, and how far its peers are. */
export interface NodeStatus extends ReplicaStatus {
  /** Where clients connect; `''` when it takes none. */
  readonly endpoint: string
  /** Smoothed round trip to each peer in microseconds, by id; 0 while unknown. */
  readonly roundTripMicros: Readonly<Record<number, number>>
}

/** A server that runs in this process. */
export interface SynodNode extends AsyncDisposable {
  readonly id: number
  /** Of an isolated server it throws `SYNOD_NOT_SUPPORTED`. */
  readonly replica: Replica
  /** A client of this server, made at the first use, closed with the node. Its session is opened by the first write. */
  readonly client: CoordinationClient
  /** Where other processes' clients connect, such as `ws://127.0.0.1:7411`; `''` when it takes none. */
  readonly endpoint: string
  status(): NodeStatus
  /** Calls the listener at each event until the returned function is called. `halt` tells that this server has stopped for good, and why. */
  on<K extends keyof ReplicaEvents>(event: K, listener: (payload: ReplicaEvents[K]) => void): () => void
  /** Resolves when this server's own leadership is at least that strong; see `Replica.waitFor`. */
  waitFor(strength: LeadershipStrength, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Resolves with the leader's id when this server leads or follows. Rejects with `signal.reason`, or with why this server has stopped. */
  ready(options?: { readonly signal?: AbortSignal }): Promise<number>
  /** Another client of this server, with a session of its own. Close it, or let the node's `close` do it. */
  createClient(tuning?: ClientTuning): CoordinationClient
  /**
   * Stops: resigns if it leads, so that another leads at once, waits (bounded) for work on its way, closes clients, peers and store.
   * Never rejects, may be called again. `graceful: false` skips resigning and waiting.
   */
  close(options?: { readonly graceful?: boolean }): Promise<void>
}
