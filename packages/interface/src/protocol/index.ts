/**
 * Pure data of the protocol, and the ports of the pure packages. Compiles without any ambient types.
 * @module
 */
export * from './config.ts'
export * from './entry.ts'
export * from './ids.ts'
export * from './messages.ts'
export * from './namespace.ts'
export * from './state-machine.ts'
export * from './wal.ts'
