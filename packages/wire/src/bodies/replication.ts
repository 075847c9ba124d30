import type { Append, Appended, Fetch, Fetched, ReadIndex, ReadIndexed } from '@synod/interface/protocol'
import { readEntries, writeEntries } from '../entries.ts'
import { readEpochTable, readLeaderHint, readNodeId, writeEpochTable, writeLeaderHint, writeNodeId } from '../fields.ts'
import type { Reader } from '../reader.ts'
import type { Writer } from '../writer.ts'

export function writeFetch(writer: Writer, body: Fetch): void {
  writer.u53(body.epoch)
  writer.zxid(body.lastZxid)
  writer.u53(body.firstIndex)
  writeEpochTable(writer, body.epochTable)
}

export function readFetch(reader: Reader): Fetch {
  return {
    type: 'fetch',
    epoch: reader.u53(),
    lastZxid: reader.zxid(),
    firstIndex: reader.u53(),
    epochTable: readEpochTable(reader),
  }
}

export function writeFetched(writer: Writer, body: Fetched): void {
  writer.u53(body.epoch)
  writer.u53(body.candidateIncarnation)
  writeEntries(writer, body.prevZxid, body.entries)
  writer.bool(body.last)
}

export function readFetched(reader: Reader): Fetched {
  const epoch = reader.u53()
  const candidateIncarnation = reader.u53()
  const { prev, entries } = readEntries(reader)
  return { type: 'fetched', epoch, candidateIncarnation, prevZxid: prev, entries, last: reader.bool() }
}

export function writeAppend(writer: Writer, body: Append): void {
  writer.u53(body.epoch)
  writer.u53(body.commitIndex)
  writer.bool(body.wantsAnswer)
  writeEntries(writer, body.prevZxid, body.entries)
}

export function readAppend(reader: Reader): Append {
  const epoch = reader.u53()
  const commitIndex = reader.u53()
  const wantsAnswer = reader.bool()
  const { prev, entries } = readEntries(reader)
  return { type: 'append', epoch, prevZxid: prev, entries, commitIndex, wantsAnswer }
}

export function writeAppended(writer: Writer, body: Appended): void {
  writer.u53(body.epoch)
  writer.bool(body.ok)
  writer.u53(body.durableIndex)
  writer.u53(body.appliedIndex)
  writer.u53(body.promisedEpoch)
  writeNodeId(writer, body.promisedTo)
  writeLeaderHint(writer, body.leader)
  writer.bool(body.conflict !== null)
  if (body.conflict === null) return
  writer.zxid(body.conflict.lastZxid)
  writer.u53(body.conflict.firstIndex)
  writeEpochTable(writer, body.conflict.epochTable)
}

export function readAppended(reader: Reader): Appended {
  return {
    type: 'appended',
    epoch: reader.u53(),
    ok: reader.bool(),
    durableIndex: reader.u53(),
    appliedIndex: reader.u53(),
    promisedEpoch: reader.u53(),
    promisedTo: readNodeId(reader),
    leader: readLeaderHint(reader),
    conflict: reader.bool() ? { lastZxid: reader.zxid(), firstIndex: reader.u53(), epochTable: readEpochTable(reader) } : null,
  }
}

export function writeReadIndex(writer: Writer, body: ReadIndex): void {
  writer.u53(body.readId)
}

export function readReadIndex(reader: Reader): ReadIndex {
  return { type: 'readIndex', readId: reader.u53() }
}

export function writeReadIndexed(writer: Writer, body: ReadIndexed): void {
  writer.u53(body.readId)
  writer.u53(body.index)
  writer.bool(body.refused)
  writeLeaderHint(writer, body.leader)
}

export function readReadIndexed(reader: Reader): ReadIndexed {
  return {
    type: 'readIndexed',
    readId: reader.u53(),
    index: reader.u53(),
    refused: reader.bool(),
    leader: readLeaderHint(reader),
  }
}
