import { SynodError } from '@synod/interface'
import type { Zxid } from '@synod/interface/protocol'
import { Reader, bytesEqual, textBytesMax, valueBytesMax } from '@synod/wire'
import { compareCodeUnits } from './code-units.ts'
import { nonceBytesMax, nonceBytesMin, sessionWindow } from './commands/limits.ts'
import { childOf, validatePath } from './commands/paths.ts'
import { DataSlab } from './data-slab.ts'
import { Digest } from './digest.ts'
import { Namespace } from './namespace.ts'
import { SessionTable } from './sessions.ts'
import { snapshotMagic } from './snapshot-writer.ts'
import type { TreeState } from './snapshot-writer.ts'
import type { Znode } from './znode.ts'

const digestBytes = 8
const sessionBytesMin = 6 + nonceBytesMin
const nodeBytesMin = 16

/**
 * The state of a snapshot. Total: throws `SYNOD_STORAGE_CORRUPT` for bytes that `writeSnapshot` would not have written for
 * any state, or for a state of another position than `zxid`.
 */
export function readSnapshot(bytes: Uint8Array, zxid: Zxid): TreeState {
  const body = bytes.subarray(0, Math.max(0, bytes.length - digestBytes))
  const reader = new Reader(body)
  if (!bytesEqual(reader.raw(snapshotMagic.length), snapshotMagic)) {
    throw corrupt('it does not begin as one of this version (synod tree 1)')
  }
  const digest = new Digest()
  digest.update(body)
  if (!bytesEqual(digest.bytes(), bytes.subarray(body.length))) throw corrupt('its bytes do not have the digest at its end')
  const taken = reader.zxid()
  if (taken.epoch !== zxid.epoch || taken.index !== zxid.index) {
    throw corrupt(`it was taken at ${taken.epoch}.${taken.index}, not at ${zxid.epoch}.${zxid.index}`)
  }
  const sessions = readSessions(reader, zxid)
  const namespace = readNodes(reader, sessions)
  if (!reader.done()) throw corrupt(reader.reason)
  return { namespace, sessions, zxid: taken }
}

function corrupt(reason: string): SynodError {
  return new SynodError('SYNOD_STORAGE_CORRUPT', `not a snapshot of a tree: ${reason}; take one from another server`)
}

function readSessions(reader: Reader, zxid: Zxid): SessionTable {
  const sessions = new SessionTable()
  let last = 0
  const count = reader.count(sessionBytesMin)
  for (let at = 0; at < count && !reader.failed; at += 1) {
    const id = reader.u53()
    const nonce = reader.bytes(nonceBytesMax).slice()
    const timeoutMs = reader.u53()
    const touchCount = reader.u53()
    const ackedBelow = reader.u53()
    const results: Uint8Array[] = []
    const resultCount = reader.count(1, sessionWindow)
    for (let result = 0; result < resultCount && !reader.failed; result += 1) results.push(reader.bytes().slice())
    if (id <= last || id > zxid.index) reader.fail(`session ${id} is not in order`)
    if (nonce.length < nonceBytesMin || sessions.byNonce(nonce) !== undefined) reader.fail(`session ${id} has a bad nonce`)
    if (ackedBelow < 1) reader.fail(`session ${id} has a bad sequence`)
    if (reader.failed) break
    sessions.add({ id, nonce, timeoutMs, touchCount, ackedBelow, nextSequence: ackedBelow + results.length, results })
    last = id
  }
  return sessions
}

/** A node whose children are being read. */
interface OpenNode {
  readonly node: Znode
  left: number
  lastName: string
}

function readNodes(reader: Reader, sessions: SessionTable): Namespace {
  const data = new DataSlab()
  const root = readNode(reader, null, data)
  const namespace = new Namespace(root.node)
  if (root.node.path !== '/' || root.node.ephemeralOwner !== 0) reader.fail('it has no root')
  const open: OpenNode[] = [root]
  for (let top = open.at(-1); top !== undefined && !reader.failed; top = open.at(-1)) {
    if (top.left === 0) {
      open.pop()
      continue
    }
    top.left -= 1
    const child = readNode(reader, top, data)
    if (reader.failed) break
    const { path, ephemeralOwner } = child.node
    if (top.node.ephemeralOwner !== 0) reader.fail(`ephemeral ${top.node.path} has children`)
    if (ephemeralOwner !== 0 && sessions.get(ephemeralOwner) === undefined) reader.fail(`${path} has no session ${ephemeralOwner}`)
    top.lastName = path.slice(top.node.path.length + (top.node.parent === null ? 0 : 1))
    namespace.attach(child.node)
    open.push(child)
  }
  return namespace
}

function readNode(reader: Reader, top: OpenNode | null, data: DataSlab): OpenNode {
  const parent = top === null ? null : top.node
  const name = reader.string(textBytesMax)
  const path = parent === null ? `/${name}` : childOf(parent.path, name)
  if (top !== null && (compareCodeUnits(top.lastName, name) >= 0 || name.includes('/'))) {
    reader.fail(`the name ${JSON.stringify(name)} is not in order`)
  }
  if (validatePath(path) !== null) reader.fail('a path is invalid')
  const node: Znode = {
    path,
    parent,
    czxid: reader.zxid(),
    mzxid: reader.zxid(),
    pzxid: reader.zxid(),
    ctime: reader.u53(),
    mtime: reader.u53(),
    version: reader.u53(),
    cversion: reader.u53(),
    ephemeralOwner: reader.u53(),
    nextSequential: reader.u53(),
    data: data.copy(reader.bytes(valueBytesMax)),
    children: null,
  }
  return { node, left: reader.count(nodeBytesMin), lastName: '' }
}
