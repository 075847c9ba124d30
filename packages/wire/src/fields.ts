import type { ClusterId, EpochEnd, LeaderHint, Member, NodeId } from '@synod/interface/protocol'
import { bytesToHex, hexToBytes } from './bytes.ts'
import { membersMax, nodeIdMax, payloadBytesMax, textBytesMax } from './limits.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** Position of `value` in `names`, in one byte. Lists of names only ever grow at the end. */
export function writeName<T extends string>(writer: Writer, names: readonly T[], value: T): void {
  const position = names.indexOf(value)
  if (position < 0) throw new RangeError(`cannot encode ${JSON.stringify(value)}: must be one of ${names.join(', ')}`)
  writer.u8(position)
}

/** The name at the position that comes next; on failure it is `fallback`. */
export function readName<T extends string>(reader: Reader, names: readonly T[], fallback: T): T {
  const position = reader.u8()
  const name = names[position]
  if (name === undefined) reader.fail(`${position} is none of ${names.join(', ')}`)
  return name ?? fallback
}

/** The length of a list of servers. */
export function writeServerCount(writer: Writer, count: number): void {
  if (count > membersMax) throw new RangeError(`cannot encode a list of ${count} servers: at most ${membersMax} are allowed`)
  writer.count(count)
}

/** A server, or 0 for nobody. */
export function writeNodeId(writer: Writer, id: NodeId): void {
  if (!(id <= nodeIdMax)) throw new RangeError(`cannot encode ${id}: a server's number is at most ${nodeIdMax}`)
  writer.u53(id)
}

export function readNodeId(reader: Reader): NodeId {
  const id = reader.u53()
  if (id > nodeIdMax) reader.fail(`server ${id}, above ${nodeIdMax}`)
  return id
}

export function writeMember(writer: Writer, member: Member): void {
  writeNodeId(writer, member.id)
  writer.u53(member.instance)
}

export function readMember(reader: Reader): Member {
  return { id: readNodeId(reader), instance: reader.u53() }
}

/** `''` as 0; 32 lower-case hex digits as 1 and 16 bytes. */
export function writeId128(writer: Writer, id: ClusterId): void {
  writer.bool(id !== '')
  if (id !== '') writeHex(writer, id, 16)
}

export function readId128(reader: Reader): ClusterId {
  return reader.bool() ? bytesToHex(reader.raw(16)) : ''
}

/** Hex digits as `length` bytes. */
export function writeHex(writer: Writer, hex: string, length: number): void {
  const bytes = hexToBytes(hex)
  if (!bytes.ok || bytes.value.length !== length) {
    throw new RangeError(`cannot encode ${JSON.stringify(hex)}: must be ${2 * length} lower-case hex digits`)
  }
  writer.raw(bytes.value)
}

export function writeLeaderHint(writer: Writer, hint: LeaderHint | null): void {
  writer.bool(hint !== null)
  if (hint === null) return
  writeNodeId(writer, hint.id)
  writer.u53(hint.epoch)
  writer.bool(hint.alive)
}

export function readLeaderHint(reader: Reader): LeaderHint | null {
  return reader.bool() ? { id: readNodeId(reader), epoch: reader.u53(), alive: reader.bool() } : null
}

/** Rows by ascending epoch, each once. */
export function writeEpochTable(writer: Writer, table: readonly EpochEnd[]): void {
  writer.count(table.length)
  let before = -1
  for (const { epoch, lastIndex } of table) {
    if (epoch <= before) throw new RangeError(`cannot encode an epoch table with ${epoch} after ${before}`)
    writer.u53(epoch)
    writer.u53(lastIndex)
    before = epoch
  }
}

export function readEpochTable(reader: Reader): EpochEnd[] {
  const table: EpochEnd[] = []
  let before = -1
  for (let left = reader.count(2); left > 0 && !reader.failed; left--) {
    const row = { epoch: reader.u53(), lastIndex: reader.u53() }
    if (row.epoch <= before) reader.fail(`epoch table with ${row.epoch} after ${before}`)
    before = row.epoch
    table.push(row)
  }
  return table
}

/** A payload of the log, bounded on both sides so that nothing is written that nobody reads. */
export function writePayload(writer: Writer, payload: Uint8Array): void {
  if (payload.length > payloadBytesMax) {
    throw new RangeError(`cannot encode a payload of ${payload.length} bytes: at most ${payloadBytesMax} are allowed`)
  }
  writer.bytes(payload)
}

/** A text of a message. One that is too long is an error of the sender, who can shorten it. */
export function writeText(writer: Writer, text: string): void {
  const from = writer.length
  writer.string(text)
  if (text.length > textBytesMax / 3 && writer.length - from > textBytesMax + 3) {
    throw new RangeError(`cannot encode a text of ${text.length} characters: at most ${textBytesMax} bytes are allowed`)
  }
}

export function readText(reader: Reader): string {
  return reader.string(textBytesMax)
}
