import type { CommandResult, QueryResult } from '@synod/tree/commands'
import { SynodError } from '@synod/interface'
import type { ReadCall, WriteShape } from './calls.ts'

/** What the caller of a write gets for the result of its transaction, or the error when the two do not fit. */
export function callerResult(shape: WriteShape, result: CommandResult): unknown {
  if (shape === 'close' || shape === 'delete') return undefined
  if (result.kind !== 'transaction') return mismatch(shape, result.kind)
  if (shape === 'multi') return result.results
  const first = result.results[0]
  if (first?.op === 'create' && shape === 'create') return { path: first.path, stat: first.stat }
  if (first?.op === 'set' && shape === 'set') return first.stat
  return mismatch(shape, first?.op ?? 'nothing')
}

/** What the caller of a read gets for the answer of its query, or the error. */
export function callerAnswer(call: ReadCall, answer: QueryResult): unknown {
  switch (answer.kind) {
    case 'get':
      return { data: ownBytes(answer.data), stat: answer.stat, zxid: answer.zxid }
    case 'exists':
      return answer.stat
    case 'list':
      return { names: answer.names, stat: answer.stat, more: answer.more, zxid: answer.zxid }
    case 'rejected':
      return new SynodError(answer.code, answer.message)
    case 'session':
      return mismatch(call.kind, answer.kind)
  }
}

/** A value the caller may keep without keeping the whole frame it came in. */
function ownBytes(data: Uint8Array): Uint8Array {
  return data.byteLength * 2 < data.buffer.byteLength ? data.slice() : data
}

function mismatch(asked: string, got: string): SynodError {
  return new SynodError('SYNOD_BAD_FRAME', `The server answered a ${asked} with ${got}`)
}
