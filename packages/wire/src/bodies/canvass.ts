import type {
  AckEpoch,
  Format,
  Formatted,
  Hello,
  NewEpoch,
  NodeId,
  Resign,
  Role,
  StaleIncarnation,
  Status,
  StoreState,
  Transfer,
} from '@synod/interface/protocol'
import { readConfig, writeConfig } from '../config.ts'
import {
  readEpochTable,
  readId128,
  readLeaderHint,
  readName,
  readNodeId,
  writeEpochTable,
  writeId128,
  writeLeaderHint,
  writeName,
  writeNodeId,
  writeServerCount,
} from '../fields.ts'
import { membersMax } from '../limits.ts'
import type { Reader } from '../reader.ts'
import type { Writer } from '../writer.ts'

const roles: readonly Role[] = ['looking', 'candidate', 'following', 'relayed', 'leading']
const stores: readonly StoreState[] = ['blank', 'pristine', 'formatted']

export function writeStatus(writer: Writer, body: Status): void {
  writeName(writer, roles, body.role)
  writer.zxid(body.lastZxid)
  writer.u53(body.priority)
  writer.u53(body.promisedEpoch)
  writeNodeId(writer, body.promisedTo)
  writeLeaderHint(writer, body.leader)
  writeReach(writer, body.reach)
  writer.bool(body.quorumConnected)
  writeNodeId(writer, body.supports)
  writer.bool(body.faulty)
  writeName(writer, stores, body.store)
  writeId128(writer, body.formatId)
  writer.u53(body.nextInMicros)
}

export function readStatus(reader: Reader): Status {
  return {
    type: 'status',
    role: readName(reader, roles, 'looking'),
    lastZxid: reader.zxid(),
    priority: reader.u53(),
    promisedEpoch: reader.u53(),
    promisedTo: readNodeId(reader),
    leader: readLeaderHint(reader),
    reach: readReach(reader),
    quorumConnected: reader.bool(),
    supports: readNodeId(reader),
    faulty: reader.bool(),
    store: readName(reader, stores, 'blank'),
    formatId: readId128(reader),
    nextInMicros: reader.u53(),
  }
}

function writeReach(writer: Writer, reach: readonly NodeId[]): void {
  writeServerCount(writer, reach.length)
  let before = 0
  for (const id of reach) {
    if (id <= before) throw new RangeError(`cannot encode a reach with ${id} after ${before}: must be sorted, each once`)
    before = id
    writeNodeId(writer, id)
  }
}

function readReach(reader: Reader): NodeId[] {
  const reach: NodeId[] = []
  let before = 0
  for (let left = reader.count(1, membersMax); left > 0 && !reader.failed; left--) {
    const id = readNodeId(reader)
    if (id <= before) reader.fail(`reach with ${id} after ${before}`)
    before = id
    reach.push(id)
  }
  return reach
}

export function writeNewEpoch(writer: Writer, body: NewEpoch): void {
  writer.u53(body.epoch)
  writer.zxid(body.lastZxid)
  writer.u53(body.priority)
  writer.bool(body.reEpoch)
  writer.u53(body.transferToken)
}

export function readNewEpoch(reader: Reader): NewEpoch {
  return {
    type: 'newEpoch',
    epoch: reader.u53(),
    lastZxid: reader.zxid(),
    priority: reader.u53(),
    reEpoch: reader.bool(),
    transferToken: reader.u53(),
  }
}

export function writeAckEpoch(writer: Writer, body: AckEpoch): void {
  writer.u53(body.epoch)
  writer.u53(body.candidateIncarnation)
  writer.bool(body.granted)
  writer.u53(body.promisedEpoch)
  writeNodeId(writer, body.promisedTo)
  writer.zxid(body.lastZxid)
  writeEpochTable(writer, body.epochTable)
  writer.u53(body.firstIndex)
  writeLeaderHint(writer, body.leader)
  writer.bool(body.faulty)
  writer.u53(body.lastEntryAgeMicros)
}

export function readAckEpoch(reader: Reader): AckEpoch {
  return {
    type: 'ackEpoch',
    epoch: reader.u53(),
    candidateIncarnation: reader.u53(),
    granted: reader.bool(),
    promisedEpoch: reader.u53(),
    promisedTo: readNodeId(reader),
    lastZxid: reader.zxid(),
    epochTable: readEpochTable(reader),
    firstIndex: reader.u53(),
    leader: readLeaderHint(reader),
    faulty: reader.bool(),
    lastEntryAgeMicros: reader.u53(),
  }
}

export function writeHello(writer: Writer, body: Hello): void {
  writer.u53(body.promisedEpoch)
  writeNodeId(writer, body.promisedTo)
  writer.zxid(body.lastZxid)
  writer.u53(body.firstIndex)
  writeEpochTable(writer, body.epochTable)
}

export function readHello(reader: Reader): Hello {
  return {
    type: 'hello',
    promisedEpoch: reader.u53(),
    promisedTo: readNodeId(reader),
    lastZxid: reader.zxid(),
    firstIndex: reader.u53(),
    epochTable: readEpochTable(reader),
  }
}

export function writeResign(writer: Writer, body: Resign): void {
  writer.u53(body.epoch)
  writeNodeId(writer, body.successor)
}

export function readResign(reader: Reader): Resign {
  return { type: 'resign', epoch: reader.u53(), successor: readNodeId(reader) }
}

export function writeTransfer(writer: Writer, body: Transfer): void {
  writer.u53(body.epoch)
  writer.zxid(body.lastZxid)
  writer.u53(body.token)
}

export function readTransfer(reader: Reader): Transfer {
  return { type: 'transfer', epoch: reader.u53(), lastZxid: reader.zxid(), token: reader.u53() }
}

export function writeFormat(writer: Writer, body: Format): void {
  writeId128(writer, body.clusterId)
  writeConfig(writer, body.config)
  writeServerCount(writer, body.formatIds.length)
  for (const { id, formatId } of body.formatIds) {
    writeNodeId(writer, id)
    writeId128(writer, formatId)
  }
}

export function readFormat(reader: Reader): Format {
  const clusterId = readId128(reader)
  const config = readConfig(reader)
  const formatIds: { id: NodeId; formatId: string }[] = []
  for (let left = reader.count(2, membersMax); left > 0 && !reader.failed; left--) {
    formatIds.push({ id: readNodeId(reader), formatId: readId128(reader) })
  }
  return { type: 'format', clusterId, config, formatIds }
}

export function writeFormatted(writer: Writer, body: Formatted): void {
  writeId128(writer, body.clusterId)
  writeId128(writer, body.formatId)
}

export function readFormatted(reader: Reader): Formatted {
  return { type: 'formatted', clusterId: readId128(reader), formatId: readId128(reader) }
}

export function writeStaleIncarnation(writer: Writer, body: StaleIncarnation): void {
  writer.u53(body.seen)
}

export function readStaleIncarnation(reader: Reader): StaleIncarnation {
  return { type: 'staleIncarnation', seen: reader.u53() }
}
