import * as codecs from '@synod/tree/commands'
import { bytesToHex } from '@synod/wire'
import type { Decoded } from '@synod/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as arbitraries from './arbitraries.ts'

interface Codec<T> {
  readonly name: string
  readonly values: fc.Arbitrary<T>
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Decoded<T>
}

function testCodec<T>({ name, values, encode, decode }: Codec<T>): void {
  describe(name, () => {
    it('decodes what was encoded', () => {
      fc.assert(
        fc.property(values, (value) => {
          expect(decode(encode(value))).toEqual({ ok: true, value })
        }),
      )
    })

    it('refuses what is cut off or too long, with a reason', () => {
      fc.assert(
        fc.property(values, fc.nat(), (value, cut) => {
          const bytes = encode(value)
          expect(decode(bytes.subarray(0, cut % bytes.length))).toMatchObject({ ok: false })
          expect(decode(new Uint8Array([...bytes, 0]))).toMatchObject({ ok: false, reason: expect.stringContaining('too many') })
        }),
      )
    })

    it('is total, and accepts only the one encoding of a value', () => {
      fc.assert(
        fc.property(values, fc.nat(), fc.nat(255), (value, at, byte) => {
          const bytes = encode(value).slice()
          bytes[at % bytes.length] = byte
          const decoded = decode(bytes)
          if (decoded.ok) expect(bytesToHex(encode(decoded.value))).toBe(bytesToHex(bytes))
          else expect(decoded.reason).not.toBe('')
        }),
      )
    })
  })
}

testCodec({ name: 'commands', values: arbitraries.command, encode: codecs.encodeCommand, decode: codecs.decodeCommand })
testCodec({ name: 'results', values: arbitraries.commandResult, encode: codecs.encodeCommandResult, decode: codecs.decodeCommandResult })
testCodec({ name: 'queries', values: arbitraries.query, encode: codecs.encodeQuery, decode: codecs.decodeQuery })
testCodec({ name: 'answers', values: arbitraries.queryResult, encode: codecs.encodeQueryResult, decode: codecs.decodeQueryResult })

describe('what a format cannot carry', () => {
  it.each([-1, 1.5, 2 ** 53, Number.NaN])('refuses version %d when encoding', (version) => {
    expect(() => codecs.encodeCommand({ kind: 'transaction', operations: [{ op: 'delete', path: '/a', version }] })).toThrow(RangeError)
  })

  it('passes on a code that it does not know, but nothing that is no code', () => {
    const known = codecs.encodeQueryResult({ kind: 'rejected', code: 'SYNOD_NO_NODE', message: '' })
    const unknown = known.slice()
    unknown[unknown.length - 2] = 'Z'.charCodeAt(0)
    expect(codecs.decodeQueryResult(unknown)).toMatchObject({ ok: true, value: { code: 'SYNOD_NO_NODZ' } })
    unknown[unknown.length - 2] = ' '.charCodeAt(0)
    expect(codecs.decodeQueryResult(unknown)).toMatchObject({ ok: false })
  })
})
