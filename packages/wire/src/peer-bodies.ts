import type { PeerBody } from '@synod/interface/protocol'
import * as canvass from './bodies/canvass.ts'
import * as replica from './bodies/replica.ts'
import * as replication from './bodies/replication.ts'
import * as snapshot from './bodies/snapshot.ts'
import { writeName } from './fields.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** Kinds of messages between peers; the position is the byte on the wire, so the order is for good. */
export const peerBodyTypes: readonly PeerBody['type'][] = [
  'append',
  'appended',
  'status',
  'newEpoch',
  'ackEpoch',
  'fetch',
  'fetched',
  'hello',
  'snapshotBegin',
  'snapshotChunk',
  'snapshotAck',
  'snapshotEnd',
  'resign',
  'transfer',
  'readIndex',
  'readIndexed',
  'format',
  'formatted',
  'staleIncarnation',
  'forward',
  'forwarded',
  'touch',
  'touched',
  'announce',
]

/** The kind of a message and its fields. */
export function writeBody(writer: Writer, body: PeerBody): void {
  writeName(writer, peerBodyTypes, body.type)
  switch (body.type) {
    case 'append':
      return replication.writeAppend(writer, body)
    case 'appended':
      return replication.writeAppended(writer, body)
    case 'status':
      return canvass.writeStatus(writer, body)
    case 'newEpoch':
      return canvass.writeNewEpoch(writer, body)
    case 'ackEpoch':
      return canvass.writeAckEpoch(writer, body)
    case 'fetch':
      return replication.writeFetch(writer, body)
    case 'fetched':
      return replication.writeFetched(writer, body)
    case 'hello':
      return canvass.writeHello(writer, body)
    case 'snapshotBegin':
      return snapshot.writeSnapshotBegin(writer, body)
    case 'snapshotChunk':
      return snapshot.writeSnapshotChunk(writer, body)
    case 'snapshotAck':
      return snapshot.writeSnapshotAck(writer, body)
    case 'snapshotEnd':
      return snapshot.writeSnapshotEnd(writer, body)
    case 'resign':
      return canvass.writeResign(writer, body)
    case 'transfer':
      return canvass.writeTransfer(writer, body)
    case 'readIndex':
      return replication.writeReadIndex(writer, body)
    case 'readIndexed':
      return replication.writeReadIndexed(writer, body)
    case 'format':
      return canvass.writeFormat(writer, body)
    case 'formatted':
      return canvass.writeFormatted(writer, body)
    case 'staleIncarnation':
      return canvass.writeStaleIncarnation(writer, body)
    case 'forward':
      return replica.writeForward(writer, body)
    case 'forwarded':
      return replica.writeForwarded(writer, body)
    case 'touch':
      return replica.writeTouch(writer, body)
    case 'touched':
      return replica.writeTouched(writer, body)
    case 'announce':
      return replica.writeAnnounce(writer, body)
  }
}

/** The counterpart of `writeBody`; `undefined` when the kind is unknown. */
export function readBody(reader: Reader): PeerBody | undefined {
  const kind = reader.u8()
  switch (peerBodyTypes[kind]) {
    case 'append':
      return replication.readAppend(reader)
    case 'appended':
      return replication.readAppended(reader)
    case 'status':
      return canvass.readStatus(reader)
    case 'newEpoch':
      return canvass.readNewEpoch(reader)
    case 'ackEpoch':
      return canvass.readAckEpoch(reader)
    case 'fetch':
      return replication.readFetch(reader)
    case 'fetched':
      return replication.readFetched(reader)
    case 'hello':
      return canvass.readHello(reader)
    case 'snapshotBegin':
      return snapshot.readSnapshotBegin(reader)
    case 'snapshotChunk':
      return snapshot.readSnapshotChunk(reader)
    case 'snapshotAck':
      return snapshot.readSnapshotAck(reader)
    case 'snapshotEnd':
      return snapshot.readSnapshotEnd(reader)
    case 'resign':
      return canvass.readResign(reader)
    case 'transfer':
      return canvass.readTransfer(reader)
    case 'readIndex':
      return replication.readReadIndex(reader)
    case 'readIndexed':
      return replication.readReadIndexed(reader)
    case 'format':
      return canvass.readFormat(reader)
    case 'formatted':
      return canvass.readFormatted(reader)
    case 'staleIncarnation':
      return canvass.readStaleIncarnation(reader)
    case 'forward':
      return replica.readForward(reader)
    case 'forwarded':
      return replica.readForwarded(reader)
    case 'touch':
      return replica.readTouch(reader)
    case 'touched':
      return replica.readTouched(reader)
    case 'announce':
      return replica.readAnnounce(reader)
    case undefined:
      reader.fail(`message of unknown kind ${kind}`)
      return undefined
  }
}
