/**
 * Clients of a Synod cluster, and the half of a server that serves them.
 *
 * - Applications: `connect` over WebSocket, `localClient` in the server's own process.
 * - Servers: `createClientService` over a replica, `serveClients` to listen.
 * - Tests and other networks: `createClient` over any `Dialer`, `localDialer` for services in one process.
 * @module
 */
export { connect } from './connect.ts'
export type { ConnectOptions } from './connect.ts'
export { createClient } from './create-client.ts'
export type { ClientDiagnostics } from './diagnostics.ts'
export { localClient } from './local/local-client.ts'
export type { LocalClientOptions } from './local/local-client.ts'
export { localDialer } from './local/local-dialer.ts'
export type { ClientOptions, ClientTuning, Preference } from './options.ts'
export { serverStatus } from './server-status.ts'
export type { ServerStatusOptions } from './server-status.ts'
export { createClientService } from './service/client-service.ts'
export type { AcceptedLink, ClientService, ClientServiceStats } from './service/client-service.ts'
export type { ClientServiceOptions } from './service/options.ts'
export type { StatusDocument } from './service/status-document.ts'
export { createSystemClock, createSystemRandom } from './system-environment.ts'
export { createWsDialer } from './ws/dialer.ts'
export type { WsDialerOptions } from './ws/dialer.ts'
export { replicaHealth } from './ws/health.ts'
export type { HealthCheck, HealthSource } from './ws/health.ts'
export { serveClients } from './ws/server.ts'
export type { ClientEndpoint, ServeClientsOptions } from './ws/server.ts'
export type { TlsOptions } from './ws/tls.ts'
