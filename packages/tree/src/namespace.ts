import { zxidZero } from '@synod/interface/protocol'
import type { Zxid } from '@synod/interface/protocol'
import { ChildIndex } from './child-index.ts'
import { compareCodeUnits } from './code-units.ts'
import { nameOf } from './commands/paths.ts'
import { DataSlab } from './data-slab.ts'
import type { Znode } from './znode.ts'

const emptyData: Uint8Array = new Uint8Array(0)
const nodeOverheadBytes = 480

/** What a new node starts with. */
export interface NewNode {
  readonly path: string
  readonly parent: Znode
  readonly data: Uint8Array
  readonly ephemeralOwner: number
}

/** The entry that a change belongs to. */
export interface ChangeStamp {
  readonly zxid: Zxid
  readonly timeMs: number
}

/**
 * All nodes by path, and who owns the ephemeral ones. The methods that change it assume that the caller has checked the
 * rules; between `begin` and `commit` every change is noted, and `rollback` undoes all of them.
 *
 * Invariants:
 * 1. The root is always there; every other node's parent is, and lists it.
 * 2. `ephemeralsOf(s)` are exactly the nodes whose `ephemeralOwner` is `s`.
 */
export class Namespace {
  readonly root: Znode
  readonly #nodes: Map<string, Znode> = new Map()
  readonly #ephemerals: Map<number, Set<string>> = new Map()
  readonly #data: DataSlab = new DataSlab()
  #undo: (() => void)[] | null = null
  #sizeBytes: number

  constructor(root: Znode = newRoot()) {
    this.root = root
    this.#sizeBytes = nodeOverheadBytes + root.data.length
    this.#nodes.set('/', root)
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  /** Estimate of the memory that the nodes take. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get(path: string): Znode | undefined {
    return this.#nodes.get(path)
  }

  /** Sorted paths of the session's ephemeral nodes. */
  ephemeralsOf(sessionId: number): string[] {
    return [...(this.#ephemerals.get(sessionId) ?? [])].sort(compareCodeUnits)
  }

  /** Starts noting changes; there must be no other transaction in progress. */
  begin(): void {
    this.#undo = []
  }

  commit(): void {
    this.#undo = null
  }

  rollback(): void {
    const undo = this.#undo ?? []
    this.#undo = null
    for (let at = undo.length - 1; at >= 0; at -= 1) undo[at]?.()
  }

  /** Copies the data, as `setData` does. */
  create(fields: NewNode, stamp: ChangeStamp): Znode {
    const { parent, path } = fields
    const node: Znode = {
      path,
      parent,
      data: this.#data.copy(fields.data),
      czxid: stamp.zxid,
      mzxid: stamp.zxid,
      pzxid: stamp.zxid,
      ctime: stamp.timeMs,
      mtime: stamp.timeMs,
      version: 0,
      cversion: 0,
      ephemeralOwner: fields.ephemeralOwner,
      nextSequential: 0,
      children: null,
    }
    this.#noteParent(parent)
    this.attach(node)
    parent.cversion += 1
    parent.pzxid = stamp.zxid
    this.#undo?.push(() => this.#detach(node))
    return node
  }

  setData(node: Znode, data: Uint8Array, stamp: ChangeStamp): void {
    if (this.#undo !== null) {
      const { data: oldData, mzxid, mtime, version } = node
      this.#undo.push(() => {
        this.#sizeBytes += oldData.length - node.data.length
        Object.assign(node, { data: oldData, mzxid, mtime, version })
      })
    }
    this.#sizeBytes += data.length - node.data.length
    node.data = this.#data.copy(data)
    node.mzxid = stamp.zxid
    node.mtime = stamp.timeMs
    node.version += 1
  }

  /** Uses up all sequential numbers of this parent up to this one. */
  useSequential(parent: Znode, number: number): void {
    this.#noteParent(parent)
    parent.nextSequential = number + 1
  }

  /** Removes a node without children that is not the root. */
  remove(node: Znode, stamp: ChangeStamp): void {
    const parent = node.parent
    if (parent === null) return
    this.#noteParent(parent)
    this.#detach(node)
    parent.cversion += 1
    parent.pzxid = stamp.zxid
    this.#undo?.push(() => this.attach(node))
  }

  /** Puts a node with all its fields into the maps, as `create` and a restore do. Its parent's `Stat` is left alone. */
  attach(node: Znode): void {
    const parent = node.parent
    if (parent === null) return
    this.#nodes.set(node.path, node)
    parent.children ??= new ChildIndex()
    parent.children.add(nameOf(node.path), node)
    this.#sizeBytes += nodeOverheadBytes + 2 * node.path.length + node.data.length
    if (node.ephemeralOwner === 0) return
    const owned = this.#ephemerals.get(node.ephemeralOwner)
    if (owned === undefined) this.#ephemerals.set(node.ephemeralOwner, new Set([node.path]))
    else owned.add(node.path)
  }

  #detach(node: Znode): void {
    this.#nodes.delete(node.path)
    node.parent?.children?.remove(nameOf(node.path))
    this.#sizeBytes -= nodeOverheadBytes + 2 * node.path.length + node.data.length
    const owned = this.#ephemerals.get(node.ephemeralOwner)
    if (owned === undefined) return
    owned.delete(node.path)
    if (owned.size === 0) this.#ephemerals.delete(node.ephemeralOwner)
  }

  #noteParent(parent: Znode): void {
    if (this.#undo === null) return
    const { cversion, pzxid, nextSequential } = parent
    this.#undo.push(() => Object.assign(parent, { cversion, pzxid, nextSequential }))
  }
}

function newRoot(): Znode {
  return {
    path: '/',
    parent: null,
    data: emptyData,
    czxid: zxidZero,
    mzxid: zxidZero,
    pzxid: zxidZero,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    ephemeralOwner: 0,
    nextSequential: 0,
    children: null,
  }
}
