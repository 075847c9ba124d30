import { Reader, Writer, textBytesMax } from '@synod/wire'
import type { Decoded } from '@synod/wire'
import { readCode } from './code-codec.ts'
import { operationsMax } from './limits.ts'
import { readStat, writeStat } from './stat-codec.ts'
import type { CommandResult, OperationResult } from './types.ts'

const tags = { session: 1, closed: 2, transaction: 3, rejected: 4, stale: 5, gap: 6, window: 7 } as const
const opTags = { create: 1, set: 2, delete: 3, check: 4 } as const

/** The bytes that `apply` returns. Equal results give equal bytes. */
export function encodeCommandResult(result: CommandResult): Uint8Array {
  const writer = Writer.brief()
  writeCommandResult(writer, result)
  return writer.finish()
}

export function writeCommandResult(writer: Writer, result: CommandResult): void {
  writer.u8(tags[result.kind])
  switch (result.kind) {
    case 'session':
      writer.u53(result.sessionId)
      writer.u53(result.timeoutMs)
      break
    case 'transaction':
      writer.u53(result.results.length)
      for (const one of result.results) writeOperationResult(writer, one)
      break
    case 'rejected':
      writer.string(result.code)
      writer.string(result.message)
      writer.u53(result.operation + 1)
      break
    case 'gap':
      writer.u53(result.nextSequence)
      break
    case 'window':
      writer.u53(result.ackedBelow)
      break
    case 'closed':
    case 'stale':
      break
  }
}

/** The result of these bytes; total. */
export function decodeCommandResult(bytes: Uint8Array): Decoded<CommandResult> {
  const reader = new Reader(bytes)
  return reader.result(readResult(reader))
}

function readResult(reader: Reader): CommandResult {
  const tag = reader.u8()
  switch (tag) {
    case tags.session:
      return { kind: 'session', sessionId: reader.u53(), timeoutMs: reader.u53() }
    case tags.closed:
      return { kind: 'closed' }
    case tags.transaction: {
      const results: OperationResult[] = []
      const count = reader.count(1, operationsMax)
      for (let at = 0; at < count && !reader.failed; at += 1) results.push(readOperationResult(reader))
      return { kind: 'transaction', results }
    }
    case tags.rejected:
      return { kind: 'rejected', code: readCode(reader), message: reader.string(textBytesMax), operation: reader.u53() - 1 }
    case tags.gap:
      return { kind: 'gap', nextSequence: reader.u53() }
    case tags.window:
      return { kind: 'window', ackedBelow: reader.u53() }
    default:
      if (tag !== tags.stale) reader.fail(`unknown result ${tag}`)
      return { kind: 'stale' }
  }
}

function writeOperationResult(writer: Writer, result: OperationResult): void {
  writer.u8(opTags[result.op])
  if (result.op === 'create') writer.string(result.path)
  if (result.op === 'create' || result.op === 'set') writeStat(writer, result.stat)
}

function readOperationResult(reader: Reader): OperationResult {
  const tag = reader.u8()
  switch (tag) {
    case opTags.create:
      return { op: 'create', path: reader.string(textBytesMax), stat: readStat(reader) }
    case opTags.set:
      return { op: 'set', stat: readStat(reader) }
    case opTags.delete:
      return { op: 'delete' }
    default:
      if (tag !== opTags.check) reader.fail(`unknown operation result ${tag}`)
      return { op: 'check' }
  }
}
