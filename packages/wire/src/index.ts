/**
 * Bytes of Synod. Pure: no clock, no randomness, no input or output.
 * @module
 */
export * from './bytes.ts'
export * from './client-messages.ts'
export * from './crc32c.ts'
export * from './decoded.ts'
export * from './limits.ts'
export * from './reader.ts'
export { utf8Decode, utf8Encode } from './utf8.ts'
export * from './writer.ts'
