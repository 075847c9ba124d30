/**
 * `Transport` and `LogStorage` in memory: the reference adapters of both ports, for tests and for clusters in one process.
 * @module
 */
export { createMemoryNetwork } from './memory-network.ts'
export type { MemoryNetwork, MemoryNetworkOptions } from './memory-network.ts'
export { createMemoryStorage } from './memory-storage.ts'
export type { MemoryStorage } from './memory-storage.ts'
