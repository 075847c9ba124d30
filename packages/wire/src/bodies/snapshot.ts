import type { SnapshotAck, SnapshotBegin, SnapshotChunk, SnapshotEnd } from '@synod/interface/protocol'
import { crc32c } from '../crc32c.ts'
import type { Reader } from '../reader.ts'
import { readSnapshotId, readSnapshotMeta, writeSnapshotId, writeSnapshotMeta } from '../snapshot-meta.ts'
import type { Writer } from '../writer.ts'

export function writeSnapshotBegin(writer: Writer, body: SnapshotBegin): void {
  writer.u53(body.epoch)
  writer.bool(body.forFetch)
  writer.u53(body.candidateIncarnation)
  writeSnapshotMeta(writer, body.snapshot)
}

export function readSnapshotBegin(reader: Reader): SnapshotBegin {
  return {
    type: 'snapshotBegin',
    epoch: reader.u53(),
    forFetch: reader.bool(),
    candidateIncarnation: reader.u53(),
    snapshot: readSnapshotMeta(reader),
  }
}

export function writeSnapshotChunk(writer: Writer, body: SnapshotChunk): void {
  writer.u53(body.epoch)
  writer.bool(body.forFetch)
  writer.u53(body.candidateIncarnation)
  writeSnapshotId(writer, body.snapshotId)
  writer.u53(body.offset)
  writer.bool(body.last)
  writer.u32(crc32c(body.bytes))
  writer.bytes(body.bytes)
}

/** Fails when the checksum does not fit the bytes (protocol §2.10). */
export function readSnapshotChunk(reader: Reader): SnapshotChunk {
  const epoch = reader.u53()
  const forFetch = reader.bool()
  const candidateIncarnation = reader.u53()
  const snapshotId = readSnapshotId(reader)
  const offset = reader.u53()
  const last = reader.bool()
  const checksum = reader.u32()
  const bytes = reader.bytes()
  if (crc32c(bytes) !== checksum) reader.fail(`snapshot chunk at offset ${offset} with a wrong checksum`)
  return { type: 'snapshotChunk', epoch, forFetch, candidateIncarnation, snapshotId, offset, bytes, last }
}

export function writeSnapshotAck(writer: Writer, body: SnapshotAck): void {
  writer.u53(body.epoch)
  writeSnapshotId(writer, body.snapshotId)
  writer.u53(body.offset)
  writer.bool(body.installed)
  writer.bool(body.have !== null)
  if (body.have !== null) writer.zxid(body.have)
}

export function readSnapshotAck(reader: Reader): SnapshotAck {
  return {
    type: 'snapshotAck',
    epoch: reader.u53(),
    snapshotId: readSnapshotId(reader),
    offset: reader.u53(),
    installed: reader.bool(),
    have: reader.bool() ? reader.zxid() : null,
  }
}

export function writeSnapshotEnd(writer: Writer, body: SnapshotEnd): void {
  writer.u53(body.epoch)
  writeSnapshotId(writer, body.snapshotId)
}

export function readSnapshotEnd(reader: Reader): SnapshotEnd {
  return { type: 'snapshotEnd', epoch: reader.u53(), snapshotId: readSnapshotId(reader) }
}
