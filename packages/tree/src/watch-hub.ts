import type { LogIndex, TreeEvent, WatchBatch, WatchMode, WatchSpec, Zxid } from '@synod/interface/protocol'
import { History } from './history.ts'
import type { ResolvedTreeOptions } from './options.ts'

/** A registered watch. */
interface Watcher {
  readonly spec: WatchSpec
  readonly deliver: (batch: WatchBatch) => void
  /** It has seen everything up to this index. */
  after: LogIndex
  /** What the entry in progress has for it. */
  pending: TreeEvent[] | null
  closed: boolean
}

type WatchersByPath = Map<string, Set<Watcher>>

/**
 * Watches, found by path, and the history that lets them resume. An applied entry costs its own events plus the watchers
 * that want them: recursive ones are found by the beginnings of the changed path.
 *
 * To ensure correctness: `publish` runs after the entry is applied and in the history, so that a watch that is set or
 * ended inside of a delivery neither misses nor repeats anything.
 */
export class WatchHub {
  readonly #byMode: Readonly<Record<WatchMode, WatchersByPath>> = { data: new Map(), children: new Map(), recursive: new Map() }
  /** How many recursive watchers have a path of this length: what is above a changed node is looked up at these lengths only. */
  readonly #lengths: Map<number, number> = new Map()
  readonly #history: History

  constructor(options: ResolvedTreeOptions) {
    this.#history = new History(options.historyEventsMax, options.historyBytesMax)
  }

  get historyFloor(): LogIndex {
    return this.#history.floor
  }

  /** Delivers what the history has, then registers. `applied` is the index of the state. */
  subscribe(spec: WatchSpec, applied: LogIndex, deliver: (batch: WatchBatch) => void): () => void {
    if (!Number.isSafeInteger(spec.from) || spec.from > applied) {
      throw new RangeError(`a watch cannot start after ${spec.from}: this replica has applied ${applied}, wait until it is there`)
    }
    if (spec.from < this.#history.floor) {
      deliver({ kind: 'compacted', floor: this.#history.floor })
      return () => {}
    }
    for (const { zxid, events } of this.#history.after(spec.from)) {
      const wanted = events.filter((event) => wants(spec, event))
      if (wanted.length > 0) deliver({ kind: 'events', zxid, events: wanted })
    }
    const watcher: Watcher = { spec, deliver, after: applied, pending: null, closed: false }
    this.#register(watcher)
    return () => this.#unregister(watcher)
  }

  /**
   * Puts the events of an applied entry into the history and delivers them. A `deliver` that throws keeps nobody else from
   * theirs: its error is thrown at the end.
   */
  publish(zxid: Zxid, events: readonly TreeEvent[]): void {
    if (events.length === 0) return
    this.#history.add({ zxid, events })
    const { data, children, recursive } = this.#byMode
    if (data.size + children.size + recursive.size === 0) return
    const affected: Watcher[] = []
    for (const event of events) {
      if (event.type !== 'children') collect(data.get(event.path), event, affected)
      if (event.type !== 'changed') collect(children.get(event.path), event, affected)
      if (event.type !== 'children' && recursive.size > 0) this.#collectAbove(event, affected)
    }
    deliverAll(affected, zxid)
  }

  /** The state of index `from` was replaced by that of `to`: watches that have not seen everything up to there have lost their history. */
  reset(from: LogIndex, to: LogIndex): void {
    const left: Watcher[] = []
    for (const byPath of Object.values(this.#byMode)) {
      for (const watchers of byPath.values()) {
        for (const watcher of watchers) {
          watcher.after = Math.max(watcher.after, from)
          if (watcher.after < to) left.push(watcher)
        }
      }
    }
    this.#history.reset(to)
    for (const watcher of left) this.#unregister(watcher)
    runAll(left, (watcher) => watcher.deliver({ kind: 'compacted', floor: to }))
  }

  #register(watcher: Watcher): void {
    const byPath = this.#byMode[watcher.spec.mode]
    const watchers = byPath.get(watcher.spec.path)
    if (watchers === undefined) byPath.set(watcher.spec.path, new Set([watcher]))
    else watchers.add(watcher)
    if (watcher.spec.mode === 'recursive') this.#count(watcher.spec.path.length, 1)
  }

  #unregister(watcher: Watcher): void {
    watcher.closed = true
    const byPath = this.#byMode[watcher.spec.mode]
    const watchers = byPath.get(watcher.spec.path)
    if (watchers === undefined || !watchers.delete(watcher)) return
    if (watchers.size === 0) byPath.delete(watcher.spec.path)
    if (watcher.spec.mode === 'recursive') this.#count(watcher.spec.path.length, -1)
  }

  #count(length: number, change: 1 | -1): void {
    const count = (this.#lengths.get(length) ?? 0) + change
    if (count === 0) this.#lengths.delete(length)
    else this.#lengths.set(length, count)
  }

  #collectAbove(event: TreeEvent, affected: Watcher[]): void {
    const { path } = event
    const { recursive } = this.#byMode
    for (const length of this.#lengths.keys()) {
      if (length === 1) collect(recursive.get('/'), event, affected)
      else if (length === path.length) collect(recursive.get(path), event, affected)
      else if (path.charAt(length) === '/') collect(recursive.get(path.slice(0, length)), event, affected)
    }
  }
}

/** The same rule as the index of `publish`, for one watch. */
function wants(spec: WatchSpec, event: TreeEvent): boolean {
  switch (spec.mode) {
    case 'data':
      return event.type !== 'children' && event.path === spec.path
    case 'children':
      return event.type !== 'changed' && event.path === spec.path
    case 'recursive':
      return event.type !== 'children' && isAtOrBelow(event.path, spec.path)
  }
}

function isAtOrBelow(path: string, top: string): boolean {
  if (top === '/' || path === top) return true
  return path.length > top.length && path.charAt(top.length) === '/' && path.startsWith(top)
}

function collect(watchers: Set<Watcher> | undefined, event: TreeEvent, affected: Watcher[]): void {
  if (watchers === undefined) return
  for (const watcher of watchers) {
    if (event.zxid.index <= watcher.after) continue
    if (watcher.pending === null) {
      watcher.pending = [event]
      affected.push(watcher)
    } else {
      watcher.pending.push(event)
    }
  }
}

function deliverAll(affected: readonly Watcher[], zxid: Zxid): void {
  runAll(affected, (watcher) => {
    const events = watcher.pending ?? []
    watcher.pending = null
    if (!watcher.closed) watcher.deliver({ kind: 'events', zxid, events })
  })
}

function runAll(watchers: readonly Watcher[], run: (watcher: Watcher) => void): void {
  const errors: unknown[] = []
  for (const watcher of watchers) {
    try {
      run(watcher)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
