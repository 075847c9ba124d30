import type { Decoded } from '@synod/wire'
import { decodeRecords, encodeRecords } from '@synod/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batch } from './arbitraries.ts'
import { formats } from './formats.ts'

/** What a decoder may answer to any bytes: a value, or a reason. Throwing fails the test. */
function isAnswer(decoded: Decoded<unknown>): boolean {
  return decoded.ok ? decoded.value !== undefined : decoded.reason.length > 10
}

/** Bytes after a few random changes: overwritten, cut out, repeated. */
function mutations(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat({ max: bytes.length }), byte: fc.nat({ max: 255 }), kind: fc.nat({ max: 5 }) })
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let mutated = [...bytes]
    for (const { at, byte, kind } of changes) {
      if (kind <= 2 && at < mutated.length) mutated[at] = byte
      else if (kind === 3) mutated = mutated.slice(0, at)
      else if (kind === 4) mutated = [...mutated.slice(0, at), ...mutated.slice(at + 1)]
      else mutated = [...mutated.slice(0, at), byte, ...mutated.slice(at)]
    }
    return Uint8Array.from(mutated)
  })
}

describe.each(formats)('$name', (format) => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(format.encoded, ({ value, bytes }) => {
        expect(format.decode(bytes)).toEqual({ ok: true, value })
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the same bytes for what was decoded, cached or not', () => {
    fc.assert(
      fc.property(format.encoded, ({ bytes }) => {
        expect(format.again(bytes)).toEqual(bytes)
      }),
      { numRuns: 500 },
    )
  })

  it('answers changed bytes with a reason, or with a value that has exactly these bytes', () => {
    const changed = format.encoded.chain(({ bytes }) => mutations(bytes))
    fc.assert(
      fc.property(changed, (bytes) => {
        const again = format.again(bytes)
        if (again === undefined) expect(isAnswer(format.decode(bytes))).toBe(true)
        else expect(again).toEqual(bytes)
      }),
      { numRuns: 5000 },
    )
  })

  it('answers every cut with a reason', () => {
    fc.assert(
      fc.property(format.encoded, ({ bytes }) => {
        // The operation of a command is the rest of its bytes, so that a shorter one is another command.
        if (format.name === 'command envelope') return
        for (let length = 0; length < bytes.length; length++) expect(format.decode(bytes.subarray(0, length)).ok).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('answers any bytes behind its own head', () => {
    const head = format.encoded.chain(({ bytes }) => fc.tuple(fc.constant(bytes), fc.nat({ max: 24 }), fc.uint8Array({ maxLength: 200 })))
    fc.assert(
      fc.property(head, ([bytes, kept, rest]) => {
        expect(isAnswer(format.decode(Uint8Array.from([...bytes.subarray(0, kept), ...rest])))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('log records', () => {
  it('show every flipped bit', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.nat({ max: 7 }), (records, position, bit) => {
        const { bytes } = encodeRecords(records, 0)
        const at = position % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        expect(decodeRecords(bytes, 0).ok).toBe(false)
        expect(decodeRecords(bytes, null).ok).toBe(false)
      }),
      { numRuns: 5000 },
    )
  })
})
