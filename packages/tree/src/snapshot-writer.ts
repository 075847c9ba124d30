import type { Zxid } from '@synod/interface/protocol'
import { Writer, utf8Encode } from '@synod/wire'
import { nameOf } from './commands/paths.ts'
import { Digest } from './digest.ts'
import type { Namespace } from './namespace.ts'
import type { SessionRecord, SessionTable } from './sessions.ts'
import type { Znode } from './znode.ts'

/** First bytes of a snapshot: a name and the version of the format. */
export const snapshotMagic: Uint8Array = utf8Encode('synod tree 1\n')

const chunkBytes = 256 * 1024

/** Everything that a snapshot holds. */
export interface TreeState {
  readonly namespace: Namespace
  readonly sessions: SessionTable
  readonly zxid: Zxid
}

/**
 * The state as chunks; equal states give equal bytes, whatever history led to them. The last eight bytes are the digest of
 * all before. The state must not change before the last chunk is taken. The format is in the README.
 */
export function* writeSnapshot(state: TreeState): Generator<Uint8Array, void, undefined> {
  const digest = new Digest()
  for (const chunk of bodyChunks(state)) {
    digest.update(chunk)
    yield chunk
  }
  yield digest.bytes()
}

/** Digest of the state, as it stands at the end of its snapshot. */
export function hashState(state: TreeState): string {
  const digest = new Digest()
  for (const chunk of bodyChunks(state)) digest.update(chunk)
  return digest.hex()
}

function* bodyChunks({ namespace, sessions, zxid }: TreeState): Generator<Uint8Array, void, undefined> {
  let writer = new Writer(4096)
  writer.raw(snapshotMagic)
  writer.zxid(zxid)
  writer.u53(sessions.size)
  for (const session of sessions.values()) {
    writeSession(writer, session)
    if (writer.length < chunkBytes) continue
    yield writer.finish()
    writer = new Writer(chunkBytes)
  }
  for (const node of inOrder(namespace.root)) {
    writeNode(writer, node)
    if (writer.length < chunkBytes) continue
    yield writer.finish()
    writer = new Writer(chunkBytes)
  }
  yield writer.finish()
}

/** Every node, parents before children, children in code unit order. */
function* inOrder(root: Znode): Generator<Znode, void, undefined> {
  yield root
  const open: Iterator<Znode, void>[] = [childrenOf(root)]
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    yield next.value
    if (next.value.children !== null) open.push(childrenOf(next.value))
  }
}

function childrenOf(node: Znode): Iterator<Znode, void> {
  return node.children === null ? [].values() : node.children.values()
}

function writeSession(writer: Writer, session: SessionRecord): void {
  writer.u53(session.id)
  writer.bytes(session.nonce)
  writer.u53(session.timeoutMs)
  writer.u53(session.touchCount)
  writer.u53(session.ackedBelow)
  writer.u53(session.results.length)
  for (const result of session.results) writer.bytes(result)
}

function writeNode(writer: Writer, node: Znode): void {
  writer.string(nameOf(node.path))
  writer.zxid(node.czxid)
  writer.zxid(node.mzxid)
  writer.zxid(node.pzxid)
  writer.u53(node.ctime)
  writer.u53(node.mtime)
  writer.u53(node.version)
  writer.u53(node.cversion)
  writer.u53(node.ephemeralOwner)
  writer.u53(node.nextSequential)
  writer.bytes(node.data)
  writer.u53(node.children === null ? 0 : node.children.size)
}
