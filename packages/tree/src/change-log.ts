import type { TreeEvent, WatchEventType, Zxid } from '@synod/interface/protocol'

/** Collects what one entry changes, in order; a parent's `children` only once. */
export class ChangeLog {
  readonly events: TreeEvent[] = []
  /** Nodes made because a node below them was to be created. */
  parentsMade = 0
  readonly #zxid: Zxid
  #lastParent = ''
  #parents: Set<string> | null = null

  constructor(zxid: Zxid) {
    this.#zxid = zxid
  }

  node(type: Exclude<WatchEventType, 'children'>, path: string): void {
    this.events.push({ type, path, zxid: this.#zxid })
  }

  childrenOf(parent: string): void {
    if (parent === this.#lastParent) return
    if (this.#lastParent === '') {
      this.#lastParent = parent
    } else {
      this.#parents ??= new Set([this.#lastParent])
      if (this.#parents.has(parent)) return
      this.#parents.add(parent)
    }
    this.events.push({ type: 'children', path: parent, zxid: this.#zxid })
  }

  /** Forgets everything: what was collected did not happen. */
  clear(): void {
    this.events.length = 0
    this.parentsMade = 0
    this.#lastParent = ''
    this.#parents = null
  }
}
