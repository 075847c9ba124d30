/**
 * Election and replication of one server of a Synod cluster, as a pure step function.
 *
 * `recover` makes an `ElectionCore` from the durable records; its driver (`@synod/replica`, or a simulator) passes every event through
 * `step` and executes the `Effects`.
 * @module
 */
export * from './effects.ts'
export * from './events.ts'
export * from './options.ts'
export { ElectionCore } from './core.ts'
export type { CoreIdentity, CoreView } from './core.ts'
export type { Promised } from './context.ts'
export { recover } from './recover.ts'
export type { Recovered } from './recover.ts'
export { isQuorum, isVoter, quorumIndex, voterIds } from './quorum.ts'
