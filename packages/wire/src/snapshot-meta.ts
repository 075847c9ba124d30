import type { SnapshotMeta } from '@synod/interface/protocol'
import { bytesToHex } from './bytes.ts'
import { readConfig, writeConfig } from './config.ts'
import { readEpochTable, writeEpochTable, writeHex } from './fields.ts'
import { snapshotIdBytesMax } from './limits.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** The name of a snapshot's bytes; at most 200 bytes of UTF-8. */
export function writeSnapshotId(writer: Writer, id: string): void {
  const from = writer.length
  writer.string(id)
  if (writer.length - from > snapshotIdBytesMax + 2) {
    throw new RangeError(`cannot encode a snapshot id of ${id.length} characters: at most ${snapshotIdBytesMax} bytes are allowed`)
  }
}

export function readSnapshotId(reader: Reader): string {
  return reader.string(snapshotIdBytesMax)
}

export function writeSnapshotMeta(writer: Writer, meta: SnapshotMeta): void {
  writeSnapshotId(writer, meta.id)
  writer.zxid(meta.zxid)
  writeConfig(writer, meta.config)
  writeEpochTable(writer, meta.epochTable)
  writer.u53(meta.timeMs)
  writer.u53(meta.size)
  writeHex(writer, meta.hash, 32)
}

export function readSnapshotMeta(reader: Reader): SnapshotMeta {
  return {
    id: readSnapshotId(reader),
    zxid: reader.zxid(),
    config: readConfig(reader),
    epochTable: readEpochTable(reader),
    timeMs: reader.u53(),
    size: reader.u53(),
    hash: bytesToHex(reader.raw(32)),
  }
}
