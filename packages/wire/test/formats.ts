import type { Decoded } from '@synod/wire'
import * as wire from '@synod/wire'
import * as fc from 'fast-check'
import * as arbitrary from './arbitraries.ts'

/** A format as the properties see it: values, how they become bytes, and back. */
export interface Format {
  readonly name: string
  /** Pairs of a value and its bytes. */
  readonly encoded: fc.Arbitrary<{ value: unknown; bytes: Uint8Array }>
  readonly decode: (bytes: Uint8Array) => Decoded<unknown>
  /** Encodes what `decode` gave, from a copy, so that no cached bytes are used. */
  readonly again: (bytes: Uint8Array) => Uint8Array | undefined
}

interface Codec<T> {
  readonly values: fc.Arbitrary<T>
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Decoded<T>
}

function format<T>(name: string, { values, encode, decode }: Codec<T>): Format {
  return {
    name,
    encoded: values.map((value) => ({ value, bytes: encode(value) })),
    decode,
    again(bytes) {
      const decoded = decode(bytes)
      return decoded.ok ? encode(structuredClone(decoded.value)) : undefined
    },
  }
}

const chain = 7

export const formats: readonly Format[] = [
  format('peer frame', { values: arbitrary.peerFrame, encode: wire.encodePeerFrame, decode: wire.decodePeerFrame }),
  format('client frame', {
    values: fc.array(arbitrary.clientMessage, { maxLength: 5 }),
    encode: wire.encodeClientMessages,
    decode: wire.decodeClientMessages,
  }),
  format('server frame', {
    values: fc.array(arbitrary.serverMessage, { maxLength: 5 }),
    encode: wire.encodeServerMessages,
    decode: wire.decodeServerMessages,
  }),
  format('command envelope', { values: arbitrary.envelope, encode: wire.encodeCommandEnvelope, decode: wire.decodeCommandEnvelope }),
  format('configuration', { values: arbitrary.config, encode: wire.encodeConfig, decode: wire.decodeConfig }),
  format('log records', {
    values: arbitrary.batch,
    encode: (records) => wire.encodeRecords(records, chain).bytes,
    decode(bytes) {
      const decoded = wire.decodeRecords(bytes, chain)
      return decoded.ok ? { ok: true, value: decoded.value.records } : decoded
    },
  }),
]
