/**
 * Deterministic simulation of whole Synod clusters. `createSimulation({ seed })` runs production replicas, trees and clients in virtual
 * time, on a network and disks that fail as the seed says, and checks the invariants of the protocol after every step.
 *
 * Pass own `workloads` to test recipes and applications, own `invariants`, or an own `stateMachine`.
 * @module
 */
export { createSimulation } from './simulation.ts'
export type { Simulation, SimulationResult } from './simulation.ts'
export type { SimulationOptions } from './options.ts'
export { parseSeed, RandomStream, seedText } from './engine/random.ts'
export { Violation } from './invariants/invariant.ts'
export type { Checks, Invariant, InvariantContext, ObservedClient, ObservedServer } from './invariants/invariant.ts'
export { protocolInvariants, treeInvariants } from './invariants/index.ts'
export { DiskView } from './disk/disk-view.ts'
export { describeMessage } from './cluster/describe.ts'
export type { History, Operation, Outcome } from './clients/history.ts'
export type { Workload, WorkloadContext } from './clients/workload.ts'
export { bursts, presence, registers, sequence, standardWorkloads, watching } from './workloads/index.ts'
export { faultKinds, lonelyKinds } from './nemesis/actions.ts'
export { themeNames } from './nemesis/themes.ts'
export type { FaultAction, FaultKind } from './nemesis/actions.ts'
