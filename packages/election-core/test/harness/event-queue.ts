interface Scheduled {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Binary heap of what happens next; events of one moment run in the order they were scheduled. */
export class EventQueue {
  private readonly heap: Scheduled[] = []
  private order = 0

  get size(): number {
    return this.heap.length
  }

  peek(): number | null {
    return this.heap[0]?.at ?? null
  }

  push(at: number, run: () => void): void {
    this.order += 1
    this.heap.push({ at, order: this.order, run })
    let child = this.heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (this.before(parent, child)) break
      this.swap(parent, child)
      child = parent
    }
  }

  pop(): Scheduled | undefined {
    const top = this.heap[0]
    const last = this.heap.pop()
    if (last && this.heap.length > 0) {
      this.heap[0] = last
      this.sink()
    }
    return top
  }

  private sink(): void {
    let parent = 0
    for (;;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.heap.length && this.before(child, least)) least = child
      }
      if (least === parent) return
      this.swap(least, parent)
      parent = least
    }
  }

  private before(a: number, b: number): boolean {
    const x = this.heap[a]
    const y = this.heap[b]
    return x !== undefined && y !== undefined && (x.at < y.at || (x.at === y.at && x.order < y.order))
  }

  private swap(a: number, b: number): void {
    const x = this.heap[a]
    const y = this.heap[b]
    if (x && y) {
      this.heap[a] = y
      this.heap[b] = x
    }
  }
}
