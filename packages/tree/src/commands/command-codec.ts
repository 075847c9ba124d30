import type { MultiOperation } from '@synod/interface/protocol'
import { Reader, Writer, textBytesMax } from '@synod/wire'
import type { Decoded } from '@synod/wire'
import { nonceBytesMax, operationsMax } from './limits.ts'
import type { Command } from './types.ts'

const tags = { openSession: 1, closeSession: 2, expireSession: 3, transaction: 4 } as const
const opTags = { create: 1, set: 2, delete: 3, check: 4 } as const
const ephemeralFlag = 1
const sequentialFlag = 2
const parentsFlag = 4
const noData = new Uint8Array(0)

/**
 * The bytes of a command, the `operation` of a command envelope. Equal commands give equal bytes.
 * Throws `RangeError` for numbers that are no safe integers ≥ 0.
 */
export function encodeCommand(command: Command): Uint8Array {
  const writer = Writer.brief()
  writer.u8(tags[command.kind])
  switch (command.kind) {
    case 'openSession':
      writer.bytes(command.nonce)
      writer.u53(command.timeoutMs)
      break
    case 'closeSession':
      break
    case 'expireSession':
      writer.u53(command.sessionId)
      writer.u53(command.touchCount)
      break
    case 'transaction':
      writer.u53(command.operations.length)
      for (const operation of command.operations) writeOperation(writer, operation)
      break
  }
  return writer.finish()
}

/** The command of these bytes; total. Data fields are views of `bytes`. */
export function decodeCommand(bytes: Uint8Array): Decoded<Command> {
  const reader = new Reader(bytes)
  return reader.result(readCommand(reader))
}

function readCommand(reader: Reader): Command {
  const tag = reader.u8()
  switch (tag) {
    case tags.openSession:
      return { kind: 'openSession', nonce: reader.bytes(nonceBytesMax), timeoutMs: reader.u53() }
    case tags.closeSession:
      return { kind: 'closeSession' }
    case tags.expireSession:
      return { kind: 'expireSession', sessionId: reader.u53(), touchCount: reader.u53() }
    case tags.transaction: {
      const operations: MultiOperation[] = []
      const count = reader.count(3, operationsMax)
      for (let at = 0; at < count && !reader.failed; at += 1) operations.push(readOperation(reader))
      return { kind: 'transaction', operations }
    }
    default:
      reader.fail(`unknown command ${tag}`)
      return { kind: 'closeSession' }
  }
}

function writeOperation(writer: Writer, operation: MultiOperation): void {
  writer.u8(opTags[operation.op])
  if (operation.op === 'create') {
    const { ephemeral, sequential, parents } = operation
    writer.u8((ephemeral === true ? ephemeralFlag : 0) | (sequential === true ? sequentialFlag : 0) | (parents === true ? parentsFlag : 0))
    writer.string(operation.path)
    writer.bytes(operation.data ?? noData)
    return
  }
  writer.string(operation.path)
  writer.bool(operation.version !== undefined)
  if (operation.version !== undefined) writer.u53(operation.version)
  if (operation.op === 'set') writer.bytes(operation.data)
}

function readOperation(reader: Reader): MultiOperation {
  const tag = reader.u8()
  if (tag === opTags.create) return readCreate(reader)
  const path = reader.string(textBytesMax)
  const version = reader.bool() ? { version: reader.u53() } : {}
  switch (tag) {
    case opTags.set:
      return { op: 'set', path, data: reader.bytes(), ...version }
    case opTags.delete:
      return { op: 'delete', path, ...version }
    default:
      if (tag !== opTags.check) reader.fail(`unknown operation ${tag}`)
      return { op: 'check', path, ...version }
  }
}

function readCreate(reader: Reader): MultiOperation {
  const flags = reader.u8()
  if (flags > (ephemeralFlag | sequentialFlag | parentsFlag)) reader.fail(`unknown flags ${flags} of a create`)
  return {
    op: 'create',
    path: reader.string(textBytesMax),
    data: reader.bytes(),
    ephemeral: (flags & ephemeralFlag) !== 0,
    sequential: (flags & sequentialFlag) !== 0,
    parents: (flags & parentsFlag) !== 0,
  }
}
