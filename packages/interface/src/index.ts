/**
 * The contracts of Synod: what its parts promise each other. No behaviour but `SynodError`.
 * @module
 */
export * from './dialer.ts'
export * from './environment.ts'
export * from './errors.ts'
export * from './replica-handle.ts'
export * from './storage.ts'
export * from './transport.ts'
