import type { WalRecord } from '@synod/interface/protocol'
import { crc32c } from './crc32c.ts'
import type { Decoded } from './decoded.ts'
import { undecodable } from './decoded.ts'
import { writeName } from './fields.ts'
import { Reader } from './reader.ts'
import { readRecordBody, recordKinds, writeRecordBody } from './record-bodies.ts'
import { Writer } from './writer.ts'

/** Version of log records. The head of a record up to this byte is the same in every version. */
export const recordVersion: number = 1

/** Head of a record: checksum, length of the body, checksum of the record before (u32 each), version, kind, last of its batch. */
const headBytes = 15

/** Records of one batch and the chain value that the next batch continues. */
export interface DecodedRecords {
  readonly records: WalRecord[]
  readonly chain: number
}

/**
 * One batch of the durable stream. `chain` is what the previous batch returned, 0 for the first of a store.
 * Throws `RangeError` for an empty batch, which nothing could tell from a lost one.
 */
export function encodeRecords(records: readonly WalRecord[], chain: number): { bytes: Uint8Array; chain: number } {
  if (records.length === 0) throw new RangeError('cannot encode an empty batch of log records')
  const writer = Writer.brief()
  let previous = chain
  for (const [i, record] of records.entries()) {
    const from = writer.length
    writer.u32(0)
    writer.u32(0)
    writer.u32(previous)
    writer.u8(recordVersion)
    writeName(writer, recordKinds, record.kind)
    writer.bool(i === records.length - 1)
    writeRecordBody(writer, record)
    writer.u32At(from + 4, writer.length - from - headBytes)
    previous = crc32c(writer.written(from + 4))
    writer.u32At(from, previous)
  }
  return { bytes: writer.finish(), chain: previous }
}

/**
 * The records of one batch, complete and in order; any flipped bit, cut, exchange or loss is found.
 * `chain` is what the previous batch gave; `null` takes what the first record says, for the first batch that a store still has.
 */
export function decodeRecords(bytes: Uint8Array, chain: number | null): Decoded<DecodedRecords> {
  const records: WalRecord[] = []
  let previous = chain
  let last = false
  let at = 0
  while (at < bytes.length) {
    const where = `record ${records.length} at byte ${at}`
    if (last) return undecodable(`${where} comes after the last one of its batch`)
    const head = new Reader(bytes.subarray(at, at + headBytes))
    const checksum = head.u32()
    const end = at + headBytes + head.u32()
    if (head.failed || end > bytes.length) return undecodable(`${where} is cut off`)
    if (crc32c(bytes.subarray(at + 4, end)) !== checksum) return undecodable(`${where} has a wrong checksum`)
    const stored = head.u32()
    if (previous !== null && stored !== previous) return undecodable(`${where} does not follow the record before it`)
    const record = readRecord(head, bytes.subarray(at + headBytes, end))
    if (!record.ok) return undecodable(`${where}: ${record.reason}`)
    records.push(record.value.record)
    last = record.value.last
    previous = checksum
    at = end
  }
  if (!last || previous === null) return undecodable(`batch ends without its last record, after ${records.length}`)
  return { ok: true, value: { records, chain: previous } }
}

function readRecord(head: Reader, body: Uint8Array): Decoded<{ record: WalRecord; last: boolean }> {
  const version = head.u8()
  if (version !== recordVersion) return undecodable(`log record of version ${version}, this version reads ${recordVersion}`)
  const kind = head.u8()
  const last = head.bool()
  if (!head.done()) return undecodable(head.reason)
  const reader = new Reader(body)
  const record = readRecordBody(reader, kind)
  if (record === undefined || !reader.done()) return undecodable(reader.reason)
  return { ok: true, value: { record, last } }
}
