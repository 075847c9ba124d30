import type { WalRecord } from '@synod/interface/protocol'
import { readConfig, writeConfig } from './config.ts'
import { readEntries, writeEntries } from './entries.ts'
import { readId128, readMember, readNodeId, readText, writeId128, writeMember, writeNodeId, writeText } from './fields.ts'
import type { Reader } from './reader.ts'
import { readSnapshotMeta, writeSnapshotMeta } from './snapshot-meta.ts'
import type { Writer } from './writer.ts'

/** Kinds of records; the position is the byte in the log, so the order is for good. */
export const recordKinds: readonly WalRecord['kind'][] = ['meta', 'promise', 'entries', 'truncate', 'snapbase', 'commithint', 'seal']

/** The fields of a record. */
export function writeRecordBody(writer: Writer, record: WalRecord): void {
  switch (record.kind) {
    case 'entries':
      return writeEntries(writer, record.prev, record.entries)
    case 'promise':
      writer.u53(record.epoch)
      writeNodeId(writer, record.candidate)
      return writer.u53(record.candidateIncarnation)
    case 'truncate':
      return writer.u53(record.keepIndex)
    case 'snapbase':
      return writeSnapshotMeta(writer, record.snapshot)
    case 'commithint':
      return writer.u53(record.index)
    case 'seal':
      return writer.u53(record.sequence)
    case 'meta':
      writeText(writer, record.clusterName)
      writeId128(writer, record.clusterId)
      writer.u53(record.generation)
      writeMember(writer, record.member)
      writer.u53(record.incarnation)
      return writeConfig(writer, record.config)
  }
}

/** The counterpart of `writeRecordBody`; `undefined` when there is no such kind. */
export function readRecordBody(reader: Reader, position: number): WalRecord | undefined {
  const kind = recordKinds[position]
  switch (kind) {
    case 'entries':
      return { kind, ...readEntries(reader) }
    case 'promise':
      return { kind, epoch: reader.u53(), candidate: readNodeId(reader), candidateIncarnation: reader.u53() }
    case 'truncate':
      return { kind, keepIndex: reader.u53() }
    case 'snapbase':
      return { kind, snapshot: readSnapshotMeta(reader) }
    case 'commithint':
      return { kind, index: reader.u53() }
    case 'seal':
      return { kind, sequence: reader.u53() }
    case 'meta':
      return {
        kind,
        clusterName: readText(reader),
        clusterId: readId128(reader),
        generation: reader.u53(),
        member: readMember(reader),
        incarnation: reader.u53(),
        config: readConfig(reader),
      }
    case undefined:
      reader.fail(`record of unknown kind ${position}`)
      return undefined
  }
}
