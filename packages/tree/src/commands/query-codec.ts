import { Reader, Writer, textBytesMax } from '@synod/wire'
import type { Decoded } from '@synod/wire'
import { readCode } from './code-codec.ts'
import { listLimitMax, nonceBytesMax } from './limits.ts'
import { readStat, writeStat } from './stat-codec.ts'
import type { Query, QueryResult } from './types.ts'

const tags = { get: 1, exists: 2, list: 3, session: 4, rejected: 5 } as const

/** The bytes of a read-only request. */
export function encodeQuery(query: Query): Uint8Array {
  const writer = Writer.brief()
  writer.u8(tags[query.kind])
  if (query.kind === 'session') {
    writer.u53(query.sessionId)
    writer.bytes(query.nonce)
    return writer.finish()
  }
  writer.string(query.path)
  if (query.kind === 'list') {
    writer.string(query.after)
    writer.u53(query.limit)
  }
  return writer.finish()
}

/** The query of these bytes; total. */
export function decodeQuery(bytes: Uint8Array): Decoded<Query> {
  const reader = new Reader(bytes)
  return reader.result(readQuery(reader))
}

function readQuery(reader: Reader): Query {
  const tag = reader.u8()
  switch (tag) {
    case tags.get:
      return { kind: 'get', path: reader.string(textBytesMax) }
    case tags.list:
      return { kind: 'list', path: reader.string(textBytesMax), after: reader.string(textBytesMax), limit: reader.u53() }
    case tags.session:
      return { kind: 'session', sessionId: reader.u53(), nonce: reader.bytes(nonceBytesMax) }
    default:
      if (tag !== tags.exists) reader.fail(`unknown query ${tag}`)
      return { kind: 'exists', path: reader.string(textBytesMax) }
  }
}

/** The bytes that `query` returns. */
export function encodeQueryResult(result: QueryResult): Uint8Array {
  const writer = Writer.brief()
  writeQueryResult(writer, result)
  return writer.finish()
}

export function writeQueryResult(writer: Writer, result: QueryResult): void {
  writer.u8(tags[result.kind])
  if (result.kind === 'rejected') {
    writer.string(result.code)
    writer.string(result.message)
    return
  }
  writer.zxid(result.zxid)
  switch (result.kind) {
    case 'get':
      writeStat(writer, result.stat)
      writer.bytes(result.data)
      break
    case 'exists':
      writer.bool(result.stat !== null)
      if (result.stat !== null) writeStat(writer, result.stat)
      break
    case 'list':
      writeStat(writer, result.stat)
      writer.bool(result.more)
      writer.u53(result.names.length)
      for (const name of result.names) writer.string(name)
      break
    case 'session':
      writer.bool(result.found)
      writer.u53(result.timeoutMs)
      writer.u53(result.nextSequence)
      break
  }
}

/** The answer of these bytes; total. `data` is a view of `bytes`. */
export function decodeQueryResult(bytes: Uint8Array): Decoded<QueryResult> {
  const reader = new Reader(bytes)
  return reader.result(readQueryResult(reader))
}

function readQueryResult(reader: Reader): QueryResult {
  const tag = reader.u8()
  if (tag === tags.rejected) return { kind: 'rejected', code: readCode(reader), message: reader.string(textBytesMax) }
  const zxid = reader.zxid()
  switch (tag) {
    case tags.get: {
      const stat = readStat(reader)
      return { kind: 'get', zxid, data: reader.bytes(), stat }
    }
    case tags.list: {
      const stat = readStat(reader)
      const more = reader.bool()
      return { kind: 'list', zxid, names: readNames(reader), stat, more }
    }
    case tags.session:
      return { kind: 'session', zxid, found: reader.bool(), timeoutMs: reader.u53(), nextSequence: reader.u53() }
    default:
      if (tag !== tags.exists) reader.fail(`unknown answer ${tag}`)
      return { kind: 'exists', zxid, stat: reader.bool() ? readStat(reader) : null }
  }
}

function readNames(reader: Reader): string[] {
  const names: string[] = []
  const count = reader.count(1, listLimitMax)
  for (let at = 0; at < count && !reader.failed; at += 1) names.push(reader.string(textBytesMax))
  return names
}
