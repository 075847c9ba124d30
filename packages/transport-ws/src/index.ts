/**
 * Peers of a Synod cluster over WebSocket: one connection in both directions per pair of servers, with authentication, own pings,
 * bounded queues and fast reconnection.
 * @module
 */
import type { WsTransportOptions } from './options.ts'
import { WebSocketTransport, type WsTransport } from './ws-transport.ts'

export type { WsListenOptions, WsReconnectOptions, WsTlsOptions, WsTransportOptions } from './options.ts'
export type { WsTransport } from './ws-transport.ts'

/**
 * Makes the transport of one server. It opens nothing before `start`.
 *
 * Throws `SYNOD_INVALID_CONFIG` that lists every issue of the options.
 */
export function createWsTransport(options: WsTransportOptions): WsTransport {
  return new WebSocketTransport(options)
}
