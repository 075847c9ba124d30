/** Tokens of a queue that are no messages: what a transport says of a connection, in its place among what the connection carries. */
export const opened = 0
export const closed = 1
/** Numbers of messages begin here. */
export const firstFlight = 2

/** Contents of links, numbered: a state names a queue by its number. Number 0 is the empty queue. */
export class Queues {
  private readonly lists: (readonly number[])[] = [[]]
  private readonly numbers: Map<string, number> = new Map([['', 0]])
  private readonly pushed: Map<number, number> = new Map()

  list(queue: number): readonly number[] {
    return this.lists[queue] ?? []
  }

  get size(): number {
    return this.lists.length
  }

  number(list: readonly number[]): number {
    const name = list.join(' ')
    const present = this.numbers.get(name)
    if (present !== undefined) return present
    this.lists.push(list)
    this.numbers.set(name, this.lists.length - 1)
    return this.lists.length - 1
  }

  head(queue: number): number {
    return this.list(queue)[0] ?? -1
  }

  drop(queue: number): number {
    return this.number(this.list(queue).slice(1))
  }

  /** The queue with one more at its end. */
  push(queue: number, element: number): number {
    const key = queue * 2 ** 22 + element
    const known = this.pushed.get(key)
    if (known !== undefined) return known
    const result = this.number([...this.list(queue), element])
    this.pushed.set(key, result)
    return result
  }

  isOpening(queue: number): boolean {
    return this.list(queue).includes(opened)
  }

  isClosing(queue: number): boolean {
    return this.list(queue).includes(closed)
  }
}
