/**
 * One server of a Synod cluster: drives the election core over a transport and a storage, applies the log to a state machine,
 * and serves commands, reads and sessions.
 *
 * `createReplica(options)` makes one. It owns its state machine, and its transport and storage from `start` to `stop`.
 * @module
 */
export { createReplica } from './replica.ts'
export type { Replica, ReplicaBounds, ReplicaInspection, ReplicaOptions, ReplicaTimings } from './options.ts'
export type { ReplicaDiagnostics } from './diagnostics.ts'
