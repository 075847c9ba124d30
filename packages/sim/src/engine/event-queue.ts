/** Something that happens at a moment of virtual time. */
export interface Scheduled {
  readonly at: number
  readonly order: number
  /** `null` once cancelled or run. */
  run: (() => void) | null
}

/** Binary heap of what happens next; events of one moment run in the order in which they were scheduled. */
export class EventQueue {
  readonly #heap: Scheduled[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  /** When the next event that was not cancelled happens; `null` when there is none. */
  peek(): number | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.run !== null) return top.at
      this.#remove()
    }
    return null
  }

  push(at: number, run: () => void): Scheduled {
    this.#order += 1
    const scheduled: Scheduled = { at, order: this.#order, run }
    this.#heap.push(scheduled)
    this.#rise(scheduled)
    return scheduled
  }

  /** Takes the next event out; `null` when there is none. */
  pop(): Scheduled | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      this.#remove()
      if (top.run !== null) return top
    }
    return null
  }

  #rise(item: Scheduled): void {
    const heap = this.#heap
    let child = heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = heap[parent]
      if (above === undefined || before(above, item)) break
      heap[child] = above
      child = parent
    }
    heap[child] = item
  }

  #remove(): void {
    const heap = this.#heap
    const item = heap.pop()
    if (item === undefined || heap.length === 0) return
    let parent = 0
    for (;;) {
      let least = 2 * parent + 1
      let below = heap[least]
      if (below === undefined) break
      const right = heap[least + 1]
      if (right !== undefined && before(right, below)) {
        least += 1
        below = right
      }
      if (before(item, below)) break
      heap[parent] = below
      parent = least
    }
    heap[parent] = item
  }
}

function before(a: Scheduled, b: Scheduled): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
