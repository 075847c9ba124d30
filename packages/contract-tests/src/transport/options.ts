import type { Transport } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'

/** Transports of one cluster on one machine, for one test. */
export interface TransportGroup {
  /**
   * A transport for this server. Called again for the same id, it returns another one at the same address:
   * that is how the suite restarts a server, and how it tries to start one twice.
   */
  transport(id: NodeId): Transport
  /** Frees everything, also what the suite has not stopped. */
  dispose(): Promise<void>
}

export interface TransportContractOptions {
  /** Named in the title of the suite. */
  readonly name: string
  /** Makes the transports of a cluster with these servers. None is started. Their addresses must be free. */
  create(ids: readonly NodeId[]): Promise<TransportGroup>
  /** The bound of the adapter's queue towards one peer, in bytes: the suite sends several times as much in one turn. */
  readonly queueBytesMax: number
  /** Largest frame the adapter must carry. Default 1 MiB. */
  readonly frameBytesMax?: number
  /** How long to wait for what must happen. Default 4000, which is below the time-outs of the usual runners. */
  readonly timeoutMs?: number
}
