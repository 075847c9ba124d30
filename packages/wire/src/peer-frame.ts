import type { PeerFrame, PeerMessage } from '@synod/interface/protocol'
import type { Decoded } from './decoded.ts'
import { readId128, readMember, readNodeId, writeId128, writeMember, writeNodeId } from './fields.ts'
import { beginFrame, finishFrame, openFrame } from './frame.ts'
import { readBody, writeBody } from './peer-bodies.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** Fewest bytes of one message: four numbers, a kind and a field of one byte. */
const messageBytesMin = 6

/**
 * All messages of one turn for one peer and lane. Throws `RangeError` for a frame above `frameBytesMax` and for a message that
 * breaks an invariant of its type; both are mistakes of the caller.
 */
export function encodePeerFrame(frame: PeerFrame): Uint8Array {
  const writer = beginFrame('P')
  writeId128(writer, frame.clusterId)
  writer.u53(frame.generation)
  writeMember(writer, frame.from)
  writer.u53(frame.fromIncarnation)
  writeNodeId(writer, frame.to)
  writer.u53(frame.configIndex)
  writer.count(frame.messages.length)
  for (const message of frame.messages) writeMessage(writer, message)
  return finishFrame(writer)
}

/** The frame of a peer, or why the connection that it came on should be closed. Byte fields are views of `bytes`. */
export function decodePeerFrame(bytes: Uint8Array): Decoded<PeerFrame> {
  const reader = openFrame('P', bytes)
  const head = {
    clusterId: readId128(reader),
    generation: reader.u53(),
    from: readMember(reader),
    fromIncarnation: reader.u53(),
    to: readNodeId(reader),
    configIndex: reader.u53(),
  }
  const messages: PeerMessage[] = []
  for (let left = reader.count(messageBytesMin); left > 0; left--) {
    const message = readMessage(reader)
    if (message === undefined) break
    messages.push(message)
  }
  return reader.result({ ...head, messages })
}

function writeMessage(writer: Writer, message: PeerMessage): void {
  writer.u53(message.toIncarnation)
  writer.u53(message.sequence)
  writer.u53(message.echo.incarnation)
  writer.u53(message.echo.sequence)
  writeBody(writer, message.body)
}

function readMessage(reader: Reader): PeerMessage | undefined {
  const toIncarnation = reader.u53()
  const sequence = reader.u53()
  const echo = { incarnation: reader.u53(), sequence: reader.u53() }
  const body = readBody(reader)
  return body === undefined || reader.failed ? undefined : { toIncarnation, sequence, echo, body }
}
