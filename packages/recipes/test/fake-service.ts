import type { Stat, WatchEvent, Zxid } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'

export interface FakeNode {
  readonly data: Uint8Array
  readonly czxid: number
  readonly mzxid: number
  readonly version: number
  /** Counter of sequential children. */
  readonly counter: number
  readonly owner: number
}

export type FakeOperation =
  | {
      readonly op: 'create'
      readonly path: string
      readonly data: Uint8Array
      readonly ephemeral: boolean
      readonly sequential: boolean
      readonly parents: boolean
    }
  | { readonly op: 'set'; readonly path: string; readonly data: Uint8Array; readonly version: number | undefined }
  | { readonly op: 'delete'; readonly path: string; readonly version: number | undefined }
  | { readonly op: 'check'; readonly path: string }

type Nodes = ReadonlyMap<string, FakeNode>

export interface FakeEvent extends WatchEvent {
  readonly zxid: Zxid
}

/** What the service has been asked for. */
export interface Counts {
  writes: number
  reads: number
  watches: number
  /** Changes that reached a watch. */
  events: number
}

/**
 * The state of a coordination service, of which every past state stays readable: clients may be given an old one, as by a
 * server that is behind.
 */
export class FakeService {
  readonly counts: Counts = { writes: 0, reads: 0, watches: 0, events: 0 }
  readonly events: FakeEvent[] = []
  readonly ended: Set<number> = new Set()
  #states: Nodes[] = [new Map([['/', { data: new Uint8Array(0), czxid: 0, mzxid: 0, version: 0, counter: 0, owner: 0 }]])]
  #sessions = 0
  #wakeUps: (() => void)[] = []

  /** Index of the newest entry. */
  get index(): number {
    return this.#states.length - 1
  }

  openSession(): number {
    this.#sessions += 1
    return this.#sessions
  }

  nodesAt(index: number): Nodes {
    const nodes = this.#states[index]
    if (nodes === undefined) throw new Error(`no state ${index}`)
    return nodes
  }

  /** Executes one transaction as one entry; throws, and changes nothing, when it cannot. */
  apply(session: number, operation: FakeOperation): { readonly path: string; readonly stat: Stat } {
    if (this.ended.has(session)) throw new SynodError('SYNOD_SESSION_EXPIRED', 'the session is over')
    const nodes = new Map(this.nodesAt(this.index))
    const index = this.index + 1
    const events: FakeEvent[] = []
    const path = change({ nodes, index, session, events }, operation)
    this.#commit(nodes, events)
    const stat = operation.op === 'delete' || operation.op === 'check' ? emptyStat : statOf(nodes, path)
    return { path, stat }
  }

  /** Ends a session: its ephemeral nodes vanish in one entry. */
  expire(session: number): void {
    if (this.ended.has(session)) return
    this.ended.add(session)
    const nodes = new Map(this.nodesAt(this.index))
    const index = this.index + 1
    const events: FakeEvent[] = []
    for (const [path, node] of this.nodesAt(this.index)) {
      if (node.owner === session) remove({ nodes, index, session, events }, path)
    }
    this.#commit(nodes, events)
  }

  /** Resolves at the next entry. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wakeUps.push(resolve))
  }

  /** Watches of this node are told that what happened up to now cannot be told any more. */
  loseHistory(path: string): void {
    this.#commit(new Map(this.nodesAt(this.index)), [{ type: 'compacted', path, zxid: zxid(this.index + 1) }])
  }

  #commit(nodes: Nodes, events: readonly FakeEvent[]): void {
    this.#states.push(nodes)
    this.events.push(...events)
    const wakeUps = this.#wakeUps
    this.#wakeUps = []
    for (const wakeUp of wakeUps) wakeUp()
  }
}

interface Change {
  readonly nodes: Map<string, FakeNode>
  readonly index: number
  readonly session: number
  readonly events: FakeEvent[]
}

function change(target: Change, operation: FakeOperation): string {
  const { path } = operation
  if (operation.op === 'create') return create(target, operation)
  const node = target.nodes.get(path)
  if (node === undefined) throw new SynodError('SYNOD_NO_NODE', `${path} does not exist`)
  if (operation.op === 'check') return path
  if (operation.version !== undefined && operation.version !== node.version)
    throw new SynodError('SYNOD_BAD_VERSION', `${path} has version ${node.version}`)
  if (operation.op === 'delete') {
    remove(target, path)
  } else {
    target.nodes.set(path, { ...node, data: operation.data, mzxid: target.index, version: node.version + 1 })
    target.events.push({ type: 'changed', path, zxid: zxid(target.index) })
  }
  return path
}

function create(target: Change, operation: FakeOperation & { op: 'create' }): string {
  const above = parentOf(operation.path)
  if (!target.nodes.has(above)) {
    if (!operation.parents) throw new SynodError('SYNOD_NO_NODE', `${above} does not exist`)
    create(target, { op: 'create', path: above, data: new Uint8Array(0), ephemeral: false, sequential: false, parents: true })
  }
  const parent = target.nodes.get(above)
  if (parent === undefined) throw new Error('no parent')
  const path = operation.sequential ? operation.path + String(parent.counter).padStart(10, '0') : operation.path
  if (target.nodes.has(path)) throw new SynodError('SYNOD_NODE_EXISTS', `${path} exists`)
  if (operation.sequential) target.nodes.set(above, { ...parent, counter: parent.counter + 1 })
  target.nodes.set(path, {
    data: operation.data,
    czxid: target.index,
    mzxid: target.index,
    version: 0,
    counter: 0,
    owner: operation.ephemeral ? target.session : 0,
  })
  target.events.push({ type: 'created', path, zxid: zxid(target.index) }, { type: 'children', path: above, zxid: zxid(target.index) })
  return path
}

function remove(target: Change, path: string): void {
  target.nodes.delete(path)
  target.events.push(
    { type: 'deleted', path, zxid: zxid(target.index) },
    { type: 'children', path: parentOf(path), zxid: zxid(target.index) },
  )
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

export function zxid(index: number): Zxid {
  return { epoch: 1, index }
}

/** Names below `path`, in code unit order; null when there is no such node. */
export function childrenOf(nodes: Nodes, path: string): string[] | null {
  if (!nodes.has(path)) return null
  const names = [...nodes.keys()]
    .filter((other) => other !== '/' && parentOf(other) === path)
    .map((other) => other.slice(other.lastIndexOf('/') + 1))
  return names.sort((a, b) => (a < b ? -1 : 1))
}

const emptyStat: Stat = {
  czxid: zxid(0),
  mzxid: zxid(0),
  pzxid: zxid(0),
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0,
  dataLength: 0,
  numChildren: 0,
}

export function statOf(nodes: Nodes, path: string): Stat {
  const node = nodes.get(path)
  if (node === undefined) throw new SynodError('SYNOD_NO_NODE', `${path} does not exist`)
  const { czxid, mzxid, version, owner, data } = node
  return { ...emptyStat, czxid: zxid(czxid), mzxid: zxid(mzxid), version, ephemeralOwner: owner, dataLength: data.length }
}
