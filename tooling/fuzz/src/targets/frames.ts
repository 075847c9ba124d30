import {
  crc32c,
  decodeClientMessages,
  decodePeerFrame,
  decodeRecords,
  decodeServerMessages,
  encodeClientMessages,
  encodePeerFrame,
  encodeRecords,
  encodeServerMessages,
} from '@synod/wire'
import type { Decoded } from '@synod/wire'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { wireGrammars } from '../grammars.ts'
import { kindOf } from '../target.ts'
import type { Subject, Target } from '../target.ts'

interface Codec<T> {
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Decoded<T>
  /** What is in a value, for the outcome. */
  readonly parts: (value: T) => readonly string[]
}

const frameMemory = { bytesFree: 512 * 1024, bytesPerByte: 256 }

/** Decoding is total, and what it accepts has one form only: written again, it is the same bytes. */
export function codecSubject<T>(values: Arbitrary<T>, { encode, decode, parts }: Codec<T>): Subject {
  return {
    ...frameMemory,
    grammar: values.map(encode),
    run(input) {
      const decoded = decode(input)
      if (!decoded.ok) return `refused: ${kindOf(decoded.reason)}`
      if (Buffer.compare(encode(decoded.value), input) !== 0) throw new Error('accepted bytes that are not the form of their value')
      return `accepted: ${parts(decoded.value).slice(0, 4).join(' ')}`
    },
  }
}

/** Writes the checksums of log records where those are that the lengths say, so that what they guard is reached. */
function repairRecords(input: Uint8Array): Uint8Array {
  const bytes = input.slice()
  const view = new DataView(bytes.buffer)
  let previous: number | null = null
  for (let at = 0; at + 15 <= bytes.length;) {
    const end = at + 15 + view.getUint32(at + 4, true)
    if (end > bytes.length) break
    if (previous !== null) view.setUint32(at + 8, previous, true)
    previous = crc32c(bytes.subarray(at + 4, end))
    view.setUint32(at, previous, true)
    at = end
  }
  return bytes
}

/** Frames between servers, between clients and servers, and batches of the log. */
export const frameTargets: readonly Target[] = [
  {
    name: 'peer-frame',
    weight: 20,
    async make() {
      const { peerFrame } = await wireGrammars()
      return codecSubject(peerFrame, {
        encode: encodePeerFrame,
        decode: decodePeerFrame,
        parts: ({ messages }) => messages.map(({ body }) => body.type),
      })
    },
  },
  {
    name: 'client-frame',
    weight: 15,
    async make() {
      const { clientMessage } = await wireGrammars()
      return codecSubject(fc.array(clientMessage, { maxLength: 5 }), {
        encode: encodeClientMessages,
        decode: decodeClientMessages,
        parts: (messages) => messages.map(({ type }) => type),
      })
    },
  },
  {
    name: 'server-frame',
    weight: 15,
    async make() {
      const { serverMessage } = await wireGrammars()
      return codecSubject(fc.array(serverMessage, { maxLength: 5 }), {
        encode: encodeServerMessages,
        decode: decodeServerMessages,
        parts: (messages) => messages.map(({ type }) => type),
      })
    },
  },
  {
    name: 'log-records',
    weight: 12,
    async make() {
      const { batch } = await wireGrammars()
      const subject = codecSubject(batch, {
        encode: (records) => encodeRecords(records, 0).bytes,
        decode: (bytes) => {
          const any = decodeRecords(bytes, null)
          const first = decodeRecords(bytes, 0)
          if (first.ok && !any.ok) throw new Error('the chain makes readable what is not')
          return first.ok ? { ok: true, value: first.value.records } : first
        },
        parts: (records) => records.map(({ kind }) => kind),
      })
      return { ...subject, repair: repairRecords }
    },
  },
]
