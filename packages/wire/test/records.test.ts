import type { WalRecord } from '@synod/interface/protocol'
import { crc32c, decodeRecords, encodeRecords } from '@synod/wire'
import { describe, expect, it } from 'vitest'
import { records } from './samples.ts'

const seal = (sequence: number): WalRecord => ({ kind: 'seal', sequence })
const one = encodeRecords([seal(1), seal(2)], 0)
const two = encodeRecords([seal(3)], one.chain)
const headBytes = 15

/** The same batch with another byte at `at` of its first record, and a checksum that fits. */
function forged(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const forgery = bytes.slice()
  forgery[at] = byte
  new DataView(forgery.buffer).setUint32(0, crc32c(forgery.subarray(4)), true)
  return forgery
}

describe('batches of log records', () => {
  it('carry all kinds in one', () => {
    const { bytes, chain } = encodeRecords(records, 9)
    expect(decodeRecords(bytes, 9)).toEqual({ ok: true, value: { records, chain } })
  })

  it('continue each other', () => {
    expect(decodeRecords(one.bytes, 0)).toEqual({ ok: true, value: { records: [seal(1), seal(2)], chain: one.chain } })
    expect(decodeRecords(two.bytes, one.chain)).toEqual({ ok: true, value: { records: [seal(3)], chain: two.chain } })
  })

  it('may begin anywhere when the ones before were dropped', () => {
    expect(decodeRecords(two.bytes, null)).toEqual({ ok: true, value: { records: [seal(3)], chain: two.chain } })
  })

  it('show a missing batch', () => {
    const three = encodeRecords([seal(4)], two.chain)
    expect(decodeRecords(three.bytes, one.chain)).toEqual({
      ok: false,
      reason: 'record 0 at byte 0 does not follow the record before it',
    })
  })

  it('show exchanged, repeated and lost records', () => {
    const length = headBytes + 1
    const first = one.bytes.subarray(0, length)
    const second = one.bytes.subarray(length)
    expect(decodeRecords(Uint8Array.from([...second, ...first]), 0).ok).toBe(false)
    expect(decodeRecords(Uint8Array.from([...first, ...first, ...second]), 0).ok).toBe(false)
    expect(decodeRecords(second, 0).ok).toBe(false)
    expect(decodeRecords(first, 0)).toEqual({ ok: false, reason: 'batch ends without its last record, after 1' })
    expect(decodeRecords(Uint8Array.from([...one.bytes, ...two.bytes]), 0)).toEqual({
      ok: false,
      reason: 'record 2 at byte 32 comes after the last one of its batch',
    })
  })

  it('are never empty', () => {
    expect(() => encodeRecords([], 0)).toThrow('cannot encode an empty batch')
    expect(decodeRecords(new Uint8Array(0), 0)).toEqual({ ok: false, reason: 'batch ends without its last record, after 0' })
  })

  it('of another version say which, and are told from damaged ones', () => {
    expect(decodeRecords(forged(two.bytes, 12, 2), one.chain)).toEqual({
      ok: false,
      reason: 'record 0 at byte 0: log record of version 2, this version reads 1',
    })
    const damaged = two.bytes.slice()
    damaged[12] = 2
    expect(decodeRecords(damaged, one.chain)).toEqual({ ok: false, reason: 'record 0 at byte 0 has a wrong checksum' })
  })

  it('of an unknown kind or a false end mark are refused', () => {
    expect(decodeRecords(forged(two.bytes, 13, 7), one.chain)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('unknown kind 7'),
    })
    expect(decodeRecords(forged(two.bytes, 14, 2), one.chain)).toMatchObject({ ok: false })
  })
})
