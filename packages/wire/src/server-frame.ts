import type { TreeEvent, WatchEventType, Zxid } from '@synod/interface/protocol'
import { compareZxid } from '@synod/interface/protocol'
import type { ServerAddress, ServerMessage } from './client-messages.ts'
import type { Decoded } from './decoded.ts'
import { readName, readNodeId, readText, writeName, writeNodeId, writeServerCount, writeText } from './fields.ts'
import { beginFrame, finishFrame, openFrame } from './frame.ts'
import { membersMax } from './limits.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** Kinds of messages of servers to clients; the position is the byte on the wire, so the order is for good. */
export const serverMessageTypes: readonly ServerMessage['type'][] = [
  'welcome',
  'attached',
  'result',
  'pong',
  'watching',
  'events',
  'compacted',
  'status',
]
const outcomes: readonly ('ok' | 'expired' | 'unavailable')[] = ['ok', 'expired', 'unavailable']
const eventTypes: readonly WatchEventType[] = ['created', 'changed', 'deleted', 'children']

/** All messages of one turn for one client as one frame. Throws `RangeError` when it is above `frameBytesMax`. */
export function encodeServerMessages(messages: readonly ServerMessage[]): Uint8Array {
  const writer = beginFrame('S')
  writer.count(messages.length)
  for (const message of messages) writeMessage(writer, message)
  return finishFrame(writer)
}

/** The messages of a server, or why the connection to it should be closed. Byte fields are views of `bytes`. */
export function decodeServerMessages(bytes: Uint8Array): Decoded<ServerMessage[]> {
  const reader = openFrame('S', bytes)
  const messages: ServerMessage[] = []
  for (let left = reader.count(2); left > 0; left--) {
    const message = readMessage(reader)
    if (message === undefined || reader.failed) break
    messages.push(message)
  }
  return reader.result(messages)
}

function writeMessage(writer: Writer, message: ServerMessage): void {
  writeName(writer, serverMessageTypes, message.type)
  switch (message.type) {
    case 'welcome':
      writeNodeId(writer, message.serverId)
      writeNodeId(writer, message.leader)
      writer.u53(message.epoch)
      return writeServers(writer, message.servers)
    case 'attached':
      writer.u53(message.requestId)
      writer.bool(message.found)
      writer.u53(message.timeoutMs)
      writer.u53(message.nextSequence)
      return writeText(writer, message.code)
    case 'result':
      writer.u53(message.requestId)
      writeText(writer, message.code)
      writeText(writer, message.message)
      writer.zxid(message.zxid)
      return writer.bytes(message.body)
    case 'pong':
      writer.u53(message.requestId)
      return writeName(writer, outcomes, message.outcome)
    case 'watching':
      writer.u53(message.watchId)
      writer.zxid(message.zxid)
      writeText(writer, message.code)
      return writeText(writer, message.message)
    case 'events':
      writer.u53(message.watchId)
      writer.zxid(message.zxid)
      return writeEvents(writer, message.zxid, message.events)
    case 'compacted':
      writer.u53(message.watchId)
      return writer.u53(message.floor)
    case 'status':
      writer.u53(message.requestId)
      return writer.bytes(message.json)
  }
}

function readMessage(reader: Reader): ServerMessage | undefined {
  const kind = reader.u8()
  const type = serverMessageTypes[kind]
  switch (type) {
    case 'welcome':
      return { type, serverId: readNodeId(reader), leader: readNodeId(reader), epoch: reader.u53(), servers: readServers(reader) }
    case 'attached':
      return {
        type,
        requestId: reader.u53(),
        found: reader.bool(),
        timeoutMs: reader.u53(),
        nextSequence: reader.u53(),
        code: readText(reader),
      }
    case 'result':
      return {
        type,
        requestId: reader.u53(),
        code: readText(reader),
        message: readText(reader),
        zxid: reader.zxid(),
        body: reader.bytes(),
      }
    case 'pong':
      return { type, requestId: reader.u53(), outcome: readName(reader, outcomes, 'unavailable') }
    case 'watching':
      return { type, watchId: reader.u53(), zxid: reader.zxid(), code: readText(reader), message: readText(reader) }
    case 'events': {
      const watchId = reader.u53()
      const zxid = reader.zxid()
      return { type, watchId, zxid, events: readEvents(reader, zxid) }
    }
    case 'compacted':
      return { type, watchId: reader.u53(), floor: reader.u53() }
    case 'status':
      return { type, requestId: reader.u53(), json: reader.bytes() }
    case undefined:
      reader.fail(`message of unknown kind ${kind}`)
      return undefined
  }
}

function writeServers(writer: Writer, servers: readonly ServerAddress[]): void {
  writeServerCount(writer, servers.length)
  for (const { id, endpoint } of servers) {
    writeNodeId(writer, id)
    writeText(writer, endpoint)
  }
}

function readServers(reader: Reader): ServerAddress[] {
  const servers: ServerAddress[] = []
  for (let left = reader.count(2, membersMax); left > 0 && !reader.failed; left--) {
    servers.push({ id: readNodeId(reader), endpoint: readText(reader) })
  }
  return servers
}

/** Events carry no zxid of their own: all of a message have that of the message. */
function writeEvents(writer: Writer, zxid: Zxid, events: readonly TreeEvent[]): void {
  writer.count(events.length)
  for (const event of events) {
    if (compareZxid(event.zxid, zxid) !== 0) {
      throw new RangeError(`cannot encode an event of ${event.zxid.epoch}.${event.zxid.index} among those of ${zxid.epoch}.${zxid.index}`)
    }
    writeName(writer, eventTypes, event.type)
    writeText(writer, event.path)
  }
}

function readEvents(reader: Reader, zxid: Zxid): TreeEvent[] {
  const events: TreeEvent[] = []
  for (let left = reader.count(2); left > 0 && !reader.failed; left--) {
    events.push({ type: readName(reader, eventTypes, 'changed'), path: readText(reader), zxid })
  }
  return events
}
