import type { MultiOperation, Stat, Zxid } from '@synod/interface/protocol'
import { nameOf, parentOf, validatePath, type OperationResult } from '@synod/tree/commands'
import { valueBytesMax } from '@synod/wire'

/** A node as the rules say it must be. Replaced as a whole by every change. */
interface ModelNode {
  readonly data: Uint8Array
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  readonly cversion: number
  readonly ephemeralOwner: number
  readonly nextSequential: number
  readonly children: number
}

/** The entry that a transaction stands in. */
interface ModelStamp {
  readonly zxid: Zxid
  readonly timeMs: number
  /** 0: none. */
  readonly sessionId: number
}

/** What a transaction must answer: the results, or which operation is refused and why. */
type ModelAnswer = readonly OperationResult[] | ModelRefusal

interface ModelRefusal {
  readonly code: string
  readonly operation: number
}

type Create = Extract<MultiOperation, { op: 'create' }>
type One = OperationResult | string

const zero: Zxid = { epoch: 0, index: 0 }
const noData = new Uint8Array(0)

/**
 * The nodes of the tree, by the rules of its documentation and none of its code: slow and plain, to be compared with. A change replaces a
 * node in one map; a transaction that is refused puts the old ones back.
 */
export class TreeModel {
  readonly nodes: Map<string, ModelNode> = new Map()
  readonly #ephemerals: Map<number, Set<string>> = new Map()
  #before: Map<string, ModelNode | undefined> = new Map()

  constructor() {
    this.nodes.set('/', newNode({ zxid: zero, timeMs: 0, sessionId: 0 }, { data: noData, ephemeral: false }))
  }

  execute(operations: readonly MultiOperation[], stamp: ModelStamp): ModelAnswer {
    this.#before = new Map()
    const results: OperationResult[] = []
    for (const [at, operation] of operations.entries()) {
      const result = this.#one(operation, stamp)
      if (typeof result === 'string') {
        for (const [path, node] of this.#before) this.#put(path, node)
        return { code: result, operation: at }
      }
      results.push(result)
    }
    return results
  }

  /** The session is over: its ephemeral nodes go with it. */
  endSession(stamp: ModelStamp): void {
    for (const path of Array.from(this.#ephemerals.get(stamp.sessionId) ?? [])) this.#remove(path, stamp)
  }

  statOf(path: string): Stat {
    const { data, nextSequential: _, children, ...rest } = this.#node(path)
    return { ...rest, aversion: 0, dataLength: data.length, numChildren: children }
  }

  #one(operation: MultiOperation, stamp: ModelStamp): One {
    if (operation.op === 'create') return this.#create(operation, stamp)
    const { path, version } = operation
    const node = this.nodes.get(path)
    if (node === undefined) return validatePath(path) === null ? 'SYNOD_NO_NODE' : 'SYNOD_INVALID_PATH'
    if (version !== undefined && version !== node.version) return 'SYNOD_BAD_VERSION'
    switch (operation.op) {
      case 'check':
        return { op: 'check' }
      case 'set':
        if (operation.data.length > valueBytesMax) return 'SYNOD_TOO_LARGE'
        this.#put(path, { ...node, data: operation.data.slice(), mzxid: stamp.zxid, mtime: stamp.timeMs, version: node.version + 1 })
        return { op: 'set', stat: this.statOf(path) }
      case 'delete':
        if (path === '/') return 'SYNOD_INVALID_PATH'
        if (node.children > 0) return 'SYNOD_NOT_EMPTY'
        this.#remove(path, stamp)
        return { op: 'delete' }
    }
  }

  #create(operation: Create, stamp: ModelStamp): One {
    const { path, sequential = false, ephemeral = false, data = noData } = operation
    if (validatePath(path, sequential) !== null) return 'SYNOD_INVALID_PATH'
    if (data.length > valueBytesMax) return 'SYNOD_TOO_LARGE'
    if (ephemeral && stamp.sessionId === 0) return 'SYNOD_SESSION_EXPIRED'
    if (!sequential && this.nodes.has(path)) return 'SYNOD_NODE_EXISTS'
    const missing: string[] = []
    let above = parentOf(path)
    for (; !this.nodes.has(above); above = parentOf(above)) missing.unshift(above)
    if (missing.length > 0 && operation.parents !== true) return 'SYNOD_NO_NODE'
    if (this.#node(above).ephemeralOwner !== 0) return 'SYNOD_NO_CHILDREN_FOR_EPHEMERALS'
    for (const each of missing) this.#add(each, newNode(stamp, { data: noData, ephemeral: false }))
    const own = sequential ? this.#number(path) : path
    this.#add(own, newNode(stamp, { data: data.slice(), ephemeral }))
    return { op: 'create', path: own, stat: this.statOf(own) }
  }

  /** Takes the least number that the parent has not given and nobody has used by hand. */
  #number(prefix: string): string {
    const parent = parentOf(prefix)
    const named = (number: number): string => prefix + String(number).padStart(10, '0')
    let number = this.#node(parent).nextSequential
    while (this.nodes.has(named(number))) number += 1
    this.#put(parent, { ...this.#node(parent), nextSequential: number + 1 })
    return named(number)
  }

  #add(path: string, node: ModelNode): void {
    if (nameOf(path) === '') throw new RangeError(`${path} has no name`)
    this.#put(path, node)
    this.#touchParent(path, { zxid: node.czxid, by: 1 })
  }

  #remove(path: string, { zxid }: ModelStamp): void {
    this.#put(path, undefined)
    this.#touchParent(path, { zxid, by: -1 })
  }

  #touchParent(path: string, change: { readonly zxid: Zxid; readonly by: number }): void {
    const parent = parentOf(path)
    const node = this.#node(parent)
    this.#put(parent, { ...node, children: node.children + change.by, cversion: node.cversion + 1, pzxid: change.zxid })
  }

  #put(path: string, node: ModelNode | undefined): void {
    const old = this.nodes.get(path)
    if (!this.#before.has(path)) this.#before.set(path, old)
    if (old !== undefined) this.#ephemerals.get(old.ephemeralOwner)?.delete(path)
    if (node === undefined) this.nodes.delete(path)
    else this.nodes.set(path, node)
    if (node === undefined || node.ephemeralOwner === 0) return
    const owned = this.#ephemerals.get(node.ephemeralOwner) ?? new Set()
    owned.add(path)
    this.#ephemerals.set(node.ephemeralOwner, owned)
  }

  #node(path: string): ModelNode {
    const node = this.nodes.get(path)
    if (node === undefined) throw new RangeError(`the model has no ${path}`)
    return node
  }
}

function newNode({ zxid, timeMs, sessionId }: ModelStamp, what: { readonly data: Uint8Array; readonly ephemeral: boolean }): ModelNode {
  const ephemeralOwner = what.ephemeral ? sessionId : 0
  const times = { czxid: zxid, mzxid: zxid, pzxid: zxid, ctime: timeMs, mtime: timeMs }
  return { ...times, data: what.data, version: 0, cversion: 0, ephemeralOwner, nextSequential: 0, children: 0 }
}
