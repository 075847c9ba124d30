import type { ClusterConfig, MemberConfig, MemberKind } from '@synod/interface/protocol'
import type { Decoded } from './decoded.ts'
import { readName, readNodeId, writeName, writeNodeId, writeServerCount } from './fields.ts'
import { membersMax } from './limits.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

const configFormat = 1
const kinds: readonly MemberKind[] = ['voter', 'observer', 'witness']

/** A configuration as the payload of an entry of the log. Throws `RangeError` when it breaks an invariant of `ClusterConfig`. */
export function encodeConfig(config: ClusterConfig): Uint8Array {
  const writer = Writer.brief()
  writer.u8(configFormat)
  writeConfig(writer, config)
  return writer.finish()
}

/** The configuration of an entry; fails unless members are sorted by id, each once, with ids from 1 to 65535. */
export function decodeConfig(bytes: Uint8Array): Decoded<ClusterConfig> {
  const reader = new Reader(bytes)
  const format = reader.u8()
  if (format !== configFormat) reader.fail(`configuration of format ${format}, this version reads ${configFormat}`)
  return reader.result(readConfig(reader))
}

/** A configuration as a part of something larger. */
export function writeConfig(writer: Writer, config: ClusterConfig): void {
  writeMembers(writer, config.members)
  writer.bool(config.outgoing !== null)
  if (config.outgoing !== null) writeMembers(writer, config.outgoing)
  writer.u53(config.leaseMs)
}

export function readConfig(reader: Reader): ClusterConfig {
  const members = readMembers(reader)
  const outgoing = reader.bool() ? readMembers(reader) : null
  return { members, outgoing, leaseMs: reader.u53() }
}

function writeMembers(writer: Writer, members: readonly MemberConfig[]): void {
  writeServerCount(writer, members.length)
  let before = 0
  for (const member of members) {
    if (member.id <= before)
      throw new RangeError(`cannot encode members with ${member.id} after ${before}: must be sorted by id, from 1 on`)
    before = member.id
    writeNodeId(writer, member.id)
    writer.u53(member.instance)
    writeName(writer, kinds, member.kind)
    writer.u53(member.weight)
    writer.u53(member.priority)
  }
}

function readMembers(reader: Reader): MemberConfig[] {
  const members: MemberConfig[] = []
  let before = 0
  for (let left = reader.count(5, membersMax); left > 0 && !reader.failed; left--) {
    const id = readNodeId(reader)
    if (id <= before) reader.fail(`members with ${id} after ${before}`)
    before = id
    members.push({
      id,
      instance: reader.u53(),
      kind: readName(reader, kinds, 'voter'),
      weight: reader.u53(),
      priority: reader.u53(),
    })
  }
  return members
}
