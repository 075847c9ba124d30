/**
 * Synod with batteries included: a whole server in one call.
 *
 * - `startNode(config)` composes replica, tree, durable store, peers and client endpoint, and gives a client of its own.
 * - `synod/testing` starts clusters in memory for tests of applications.
 * - The command `synod` runs servers and talks to them.
 * @module
 */
export { createSystemClock, createSystemRandom } from '@synod/client'
export type { ClientsConfig, ListenConfig, NodeConfig, NodeLimits, NodeTimings } from './node/config.ts'
export { startNode } from './node/start-node.ts'
export type { NodeStatus, SynodNode } from './node/synod-node.ts'
