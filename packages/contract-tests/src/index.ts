/**
 * Suites that any adapter of Synod's ports can run, under any test runner. The caller passes `{ describe, it }`;
 * assertions are `node:assert/strict`. What a suite cannot show is said in the README.
 * @module
 */
export type { SuiteRunner } from './runner.ts'
export { transportContract } from './transport/index.ts'
export type { TransportContractOptions, TransportGroup } from './transport/index.ts'
export { logStorageContract } from './log-storage/index.ts'
export type { LogStorageContractOptions, LogStoragePlace } from './log-storage/index.ts'
export { stateMachineContract } from './state-machine/index.ts'
export type { StateMachineContractOptions } from './state-machine/index.ts'
export { coordinationClientContract } from './coordination/index.ts'
export type { ContractClientOptions, CoordinationClientContractOptions, CoordinationPlace } from './coordination/index.ts'
