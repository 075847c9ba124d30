import type { Clock, Logger, Random } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'

/** Where this server waits for its peers. */
export interface WsListenOptions {
  /** Address or host name to bind, e.g. `127.0.0.1` or `0.0.0.0`. */
  readonly host: string
  /** 0 lets the system choose; read it with `WsTransport.address()` and tell everybody with `setPeers`. */
  readonly port: number
}

/** Certificates as PEM text or bytes. */
export interface WsTlsOptions {
  /** This server's certificate, with its intermediates. It is shown to peers in both roles, listening and dialing. */
  readonly cert: string | Uint8Array
  readonly key: string | Uint8Array
  /** Who signs the peers' certificates. Default: the authorities that Node.js trusts. Required with `requestClientCert`. */
  readonly ca?: string | Uint8Array | undefined
  /** Mutual TLS: a peer that dials without a certificate signed by `ca` is turned away. Default false. */
  readonly requestClientCert?: boolean | undefined
}

/** How fast a lost peer is tried again. The first try after a close is immediate; then the wait doubles between these bounds. */
export interface WsReconnectOptions {
  /** Default 10. */
  readonly minMs?: number | undefined
  /** Default 500. Also the wait after a rejection. */
  readonly maxMs?: number | undefined
}

/** Options of `createWsTransport`. Everything is bounded, and every bound has a default. */
export interface WsTransportOptions {
  readonly id: NodeId
  readonly listen: WsListenOptions
  /** `ws://` or `wss://` address of every server of the cluster, this one included. Names are resolved anew at every try. */
  readonly peers: Readonly<Record<NodeId, string>>
  /** Shared by all servers of the cluster; both sides of a connection prove that they know it, and it never travels. */
  readonly secret?: string | undefined
  readonly tls?: WsTlsOptions | undefined
  /** Most bytes that wait for one peer in one lane. What exceeds it is dropped and counted. Default 64 MiB. */
  readonly queueBytesMax?: number | undefined
  /** Largest frame sent or accepted. Default 16 MiB. */
  readonly frameBytesMax?: number | undefined
  /** Default 1000. */
  readonly pingIntervalMs?: number | undefined
  /** A peer that leaves a ping unanswered for so long is disconnected. Default 1000 (protocol §2.5). */
  readonly suspicionTimeoutMs?: number | undefined
  /** Time for connecting and shaking hands. Default 1000. */
  readonly connectTimeoutMs?: number | undefined
  /** Longest wait for the other side when a connection is closed in order. Bounds `stop()`. Default 250. */
  readonly closeTimeoutMs?: number | undefined
  readonly reconnect?: WsReconnectOptions | undefined
  readonly clock: Clock
  readonly random: Random
  /** Silent when none is given. */
  readonly logger?: Logger | undefined
}
