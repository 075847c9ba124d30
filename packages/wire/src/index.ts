/**
 * Bytes of Synod: frames between peers, frames between clients and servers, commands, and checksummed log records.
 *
 * Pure: no clock, no randomness, no input or output. Encoding throws `RangeError` for what the format cannot carry, which is
 * a mistake of the caller; decoding never throws, whatever the bytes are. The format is in `docs/wire.md`.
 * @module
 */
export * from './bytes.ts'
export { decodeClientMessages, encodeClientMessages } from './client-frame.ts'
export type * from './client-messages.ts'
export { decodeCommandEnvelope, encodeCommandEnvelope } from './command-envelope.ts'
export { decodeConfig, encodeConfig } from './config.ts'
export { copyBytes } from './copy-bytes.ts'
export * from './crc32c.ts'
export * from './decoded.ts'
export { wireVersion } from './frame.ts'
export * from './limits.ts'
export { decodePeerFrame, encodePeerFrame } from './peer-frame.ts'
export * from './reader.ts'
export * from './records.ts'
export { decodeServerMessages, encodeServerMessages } from './server-frame.ts'
export { utf8Decode, utf8Encode } from './utf8.ts'
export { webSocketFrame, webSocketFrameMax } from './web-socket-frame.ts'
export * from './writer.ts'
