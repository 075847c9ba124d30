import type { WatchMode } from '@synod/interface/protocol'
import type { ClientMessage, ReadConsistency } from './client-messages.ts'
import type { Decoded } from './decoded.ts'
import { readName, readText, writeName, writePayload, writeText } from './fields.ts'
import { beginFrame, finishFrame, openFrame } from './frame.ts'
import { nonceBytesMax, payloadBytesMax } from './limits.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** Kinds of messages of clients; the position is the byte on the wire, so the order is for good. */
export const clientMessageTypes: readonly ClientMessage['type'][] = ['attach', 'write', 'read', 'ping', 'watch', 'unwatch', 'status']
const consistencies: readonly ReadConsistency[] = ['linearizable', 'session', 'stale']
const modes: readonly WatchMode[] = ['data', 'children', 'recursive']

/** All messages of one turn of a client as one frame. Throws `RangeError` when it is above `frameBytesMax`. */
export function encodeClientMessages(messages: readonly ClientMessage[]): Uint8Array {
  const writer = beginFrame('C')
  writer.count(messages.length)
  for (const message of messages) writeMessage(writer, message)
  return finishFrame(writer)
}

/** The messages of a client, or why its connection should be closed. Byte fields are views of `bytes`. */
export function decodeClientMessages(bytes: Uint8Array): Decoded<ClientMessage[]> {
  const reader = openFrame('C', bytes)
  const messages: ClientMessage[] = []
  for (let left = reader.count(2); left > 0; left--) {
    const message = readMessage(reader)
    if (message === undefined || reader.failed) break
    messages.push(message)
  }
  return reader.result(messages)
}

function writeMessage(writer: Writer, message: ClientMessage): void {
  writeName(writer, clientMessageTypes, message.type)
  switch (message.type) {
    case 'attach':
      writer.u53(message.requestId)
      writer.u53(message.sessionId)
      if (message.nonce.length > nonceBytesMax) throw new RangeError(`cannot encode a nonce of ${message.nonce.length} bytes`)
      writer.bytes(message.nonce)
      writer.u53(message.minIndex)
      return
    case 'write':
      writer.u53(message.requestId)
      writePayload(writer, message.command)
      return
    case 'read':
      writer.u53(message.requestId)
      writeName(writer, consistencies, message.consistency)
      writer.u53(message.minIndex)
      writePayload(writer, message.query)
      return
    case 'ping':
      writer.u53(message.requestId)
      writer.u53(message.sessionId)
      return
    case 'watch':
      writer.u53(message.watchId)
      writeText(writer, message.path)
      writeName(writer, modes, message.mode)
      writer.i53(message.from)
      return
    case 'unwatch':
      return writer.u53(message.watchId)
    case 'status':
      return writer.u53(message.requestId)
  }
}

function readMessage(reader: Reader): ClientMessage | undefined {
  const kind = reader.u8()
  const type = clientMessageTypes[kind]
  switch (type) {
    case 'attach':
      return {
        type,
        requestId: reader.u53(),
        sessionId: reader.u53(),
        nonce: reader.bytes(nonceBytesMax),
        minIndex: reader.u53(),
      }
    case 'write':
      return { type, requestId: reader.u53(), command: reader.bytes(payloadBytesMax) }
    case 'read':
      return {
        type,
        requestId: reader.u53(),
        consistency: readName(reader, consistencies, 'linearizable'),
        minIndex: reader.u53(),
        query: reader.bytes(payloadBytesMax),
      }
    case 'ping':
      return { type, requestId: reader.u53(), sessionId: reader.u53() }
    case 'watch':
      return { type, watchId: reader.u53(), path: readText(reader), mode: readName(reader, modes, 'data'), from: reader.i53() }
    case 'unwatch':
      return { type, watchId: reader.u53() }
    case 'status':
      return { type, requestId: reader.u53() }
    case undefined:
      reader.fail(`message of unknown kind ${kind}`)
      return undefined
  }
}
