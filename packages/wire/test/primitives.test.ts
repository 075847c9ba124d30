import { Reader, Writer, bytesEqual, bytesToHex, compareBytes, crc32c, hexToBytes, utf8Decode, utf8Encode } from '@synod/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes, text, u53 } from './arbitraries.ts'

const max = Number.MAX_SAFE_INTEGER

function written(write: (writer: Writer) => void): string {
  const writer = new Writer()
  write(writer)
  return bytesToHex(writer.finish())
}

function readerOf(hex: string): Reader {
  const decoded = hexToBytes(hex)
  if (!decoded.ok) throw new Error(decoded.reason)
  return new Reader(decoded.value)
}

describe('crc32c', () => {
  it.each([
    ['123456789', 0xe3069283],
    ['', 0],
    ['a', 0xc1d04330],
  ])('of %j is the published value', (input, expected) => {
    expect(crc32c(utf8Encode(input))).toBe(expected)
  })

  it('fits the examples of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  })

  it('goes on from the checksum of what comes before', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(crc32c(b, crc32c(a))).toBe(crc32c(Uint8Array.from([...a, ...b])))
      }),
    )
  })
})

describe('UTF-8', () => {
  it('keeps every text, byte order marks included', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Decode(utf8Encode(value))).toEqual({ ok: true, value })
      }),
    )
    expect(utf8Decode(utf8Encode('\uFEFFa'))).toEqual({ ok: true, value: '\uFEFFa' })
  })

  it.each(['ff', 'c0af', 'eda080', 'e282', 'f4908080', '61'.repeat(40) + '80'])('refuses %s', (hex) => {
    const decoded = hexToBytes(hex)
    expect(decoded.ok && utf8Decode(decoded.value)).toEqual({ ok: false, reason: 'invalid UTF-8' })
  })

  it('replaces a lone surrogate', () => {
    expect(utf8Decode(utf8Encode('a\uD800'))).toEqual({ ok: true, value: 'a\uFFFD' })
  })
})

describe('bytes', () => {
  it('are the same after hex and back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(hexToBytes(bytesToHex(value))).toEqual({ ok: true, value })
      }),
    )
  })

  it.each(['abc', '0g', 'AB', ' 0', '0x'])('are not made of %j', (hex) => {
    expect(hexToBytes(hex).ok).toBe(false)
  })

  it('compare like their lists', () => {
    const compare = (a: string, b: string): number => compareBytes(utf8Encode(a), utf8Encode(b))
    expect(compare('a', 'b')).toBeLessThan(0)
    expect(compare('b', 'ab')).toBeGreaterThan(0)
    expect(compare('a', 'ab')).toBeLessThan(0)
    expect(compare('', '')).toBe(0)
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(bytesEqual(a, b)).toBe(compareBytes(a, b) === 0)
      }),
    )
  })
})

describe('Writer and Reader', () => {
  it('agree on every kind of value, in any sequence', () => {
    const value = fc.oneof(
      fc.record({ as: fc.constantFrom('u53', 'u53Fixed'), value: u53 }),
      fc.record({ as: fc.constant('i53'), value: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -130, max: 130 })) }),
      fc.record({ as: fc.constant('u8'), value: fc.nat({ max: 0xff }) }),
      fc.record({ as: fc.constant('u16'), value: fc.nat({ max: 0xffff }) }),
      fc.record({ as: fc.constant('u32'), value: fc.nat({ max: 0xffff_ffff }) }),
      fc.record({ as: fc.constant('bool'), value: fc.boolean() }),
      fc.record({ as: fc.constant('bytes'), value: bytes }),
      fc.record({ as: fc.constant('string'), value: fc.oneof(text, fc.string({ unit: 'binary', minLength: 40, maxLength: 300 })) }),
      fc.record({ as: fc.constant('zxid'), value: fc.record({ epoch: u53, index: u53 }) }),
    )
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const writer = new Writer(1)
        for (const one of values) {
          const write = writer[one.as] as (value: unknown) => void
          write.call(writer, one.value)
        }
        const reader = new Reader(writer.finish())
        for (const one of values) expect(reader[one.as]()).toEqual(one.value)
        expect(reader.done()).toBe(true)
      }),
    )
  })

  it('spell numbers as the format says', () => {
    expect(written((writer) => writer.u53(0))).toBe('00')
    expect(written((writer) => writer.u53(127))).toBe('7f')
    expect(written((writer) => writer.u53(128))).toBe('8001')
    expect(written((writer) => writer.u53(max))).toBe('ffffffffffffff0f')
    expect(written((writer) => writer.i53(-1))).toBe('41')
    expect(written((writer) => writer.i53(63))).toBe('3f')
    expect(written((writer) => writer.i53(-64))).toBe('c001')
    expect(written((writer) => writer.i53(-max))).toBe('ffffffffffffff1f')
    expect(written((writer) => writer.u16(0x1234))).toBe('3412')
    expect(written((writer) => writer.u32(0xfedcba98))).toBe('98badcfe')
    expect(written((writer) => writer.u53Fixed(max))).toBe('ffffffffffff1f00')
  })

  it.each([-1, 0.5, NaN, Infinity, max + 1])('refuse to write %d', (value) => {
    const writer = new Writer()
    for (const method of ['u8', 'u16', 'u32', 'u53', 'u53Fixed'] as const) {
      expect(() => writer[method](value)).toThrow(RangeError)
    }
    if (value !== -1) expect(() => writer.i53(value)).toThrow(`cannot encode ${value}`)
    expect(writer.length).toBe(0)
  })

  it.each([
    ['8000', 'number in more bytes than it needs'],
    ['ffffffffffffff10', 'number above 2^53 - 1'],
    ['ffffffffffffffff', 'number above 2^53 - 1'],
    ['80', 'ends within number'],
    ['', 'ends within u53'],
  ])('refuse the number %s', (hex, reason) => {
    const reader = readerOf(hex)
    expect(reader.u53()).toBe(0)
    expect(reader.reason).toContain(reason)
  })

  it('refuse a negative zero, a boolean of 2, and a fixed number above 2^53 - 1', () => {
    const zero = readerOf('40')
    expect([zero.i53(), zero.failed]).toEqual([0, true])
    const two = readerOf('02')
    expect([two.bool(), two.failed]).toEqual([false, true])
    const large = readerOf('0000000000002000')
    expect([large.u53Fixed(), large.failed]).toEqual([0, true])
  })

  it('give zero values after a failure and keep its first reason', () => {
    const reader = readerOf('05616263')
    expect(reader.string()).toBe('')
    const { reason } = reader
    expect(reason).toBe('ends within field of 5 bytes (at byte 1 of 4)')
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u53(), reader.i53(), reader.u53Fixed()]).toEqual([0, 0, 0, 0, 0, 0])
    expect([reader.bool(), reader.string(), reader.bytes().length, reader.raw(3).length, reader.count(1)]).toEqual([false, '', 0, 0, 0])
    expect(reader.zxid()).toEqual({ epoch: 0, index: 0 })
    reader.fail('something else')
    expect(reader.result('value')).toEqual({ ok: false, reason })
  })

  it('refuse what is left over, too long, or too many', () => {
    const left = readerOf('0102')
    left.u8()
    expect(left.result(1)).toEqual({ ok: false, reason: '1 bytes too many (at byte 1 of 2)' })
    const long = readerOf('03616263')
    long.bytes(2)
    expect(long.reason).toContain('field of 3 bytes where at most 2 are allowed')
    const many = new Reader(Uint8Array.of(3, 3, 0, 0, 0), 5)
    expect([many.count(1), many.count(1)]).toEqual([3, 0])
    expect(many.reason).toContain('3 items where 2 more are allowed')
    const absent = readerOf('03000000')
    expect(absent.count(2)).toBe(0)
    expect(absent.reason).toContain('ends within 3 items')
  })

  it('read views of the input, of the plain kind even from a Buffer', () => {
    const input = Buffer.from('02aabb', 'hex')
    const view = new Reader(input).bytes()
    expect(view.constructor).toBe(Uint8Array)
    expect(view.buffer).toBe(input.buffer)
    expect(bytesToHex(view)).toBe('aabb')
  })

  it('patch a number that was written before, and only there', () => {
    const writer = new Writer()
    writer.u32(0)
    writer.string('abc')
    writer.u32At(0, 0x01020304)
    expect(() => writer.u32At(5, 1)).toThrow('there are no four bytes at 5 of 8')
    expect(bytesToHex(writer.written(4))).toBe('03616263')
    expect(bytesToHex(writer.finish())).toBe('0403020103616263')
  })
})
