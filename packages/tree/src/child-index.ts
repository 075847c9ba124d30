import { compareCodeUnits } from './code-units.ts'

const chunkMax = 512

/** A page of names, and whether more follow. */
export interface NamePage {
  readonly names: string[]
  readonly more: boolean
}

/** What a page begins after, and what bounds it. */
export interface PageBounds {
  readonly after: string
  readonly limit: number
  /** Code units of all names together, about; one name is given in any case. */
  readonly unitsMax: number
}

/** `values[i]` is the child of `names[i]`. */
interface Chunk<T> {
  readonly names: string[]
  readonly values: T[]
}

/**
 * The children of a node by name, always in code unit order: a list of sorted chunks.
 * Adding at the end and removing at the start (sequential nodes) cost no more than a move inside one chunk.
 *
 * Invariants: no chunk is empty; every chunk is ascending; the last name of a chunk is below the first of the next.
 */
export class ChildIndex<T> {
  readonly #chunks: Chunk<T>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The name must not be in the index. */
  add(name: string, value: T): void {
    this.#size += 1
    const last = this.#chunks.at(-1)
    if (last === undefined || compareCodeUnits(last.names.at(-1) ?? '', name) < 0) {
      this.#append(last, name, value)
      return
    }
    const at = Math.max(0, this.#chunkOf(name))
    const { names, values } = this.#chunks[at] ?? last
    const position = firstAbove(names, name)
    names.splice(position, 0, name)
    values.splice(position, 0, value)
    if (names.length <= chunkMax) return
    const half = chunkMax >> 1
    this.#chunks.splice(at + 1, 0, { names: names.splice(half), values: values.splice(half) })
  }

  /** Does nothing when the name is not in the index. */
  remove(name: string): void {
    const at = this.#chunkOf(name)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const position = firstAbove(chunk.names, name) - 1
    if (chunk.names[position] !== name) return
    this.#size -= 1
    if (chunk.names.length === 1) {
      this.#chunks.splice(at, 1)
    } else {
      chunk.names.splice(position, 1)
      chunk.values.splice(position, 1)
    }
  }

  page({ after, limit, unitsMax }: PageBounds): NamePage {
    const names: string[] = []
    let units = 0
    let at = this.#chunkOf(after)
    let position = at < 0 ? 0 : firstAbove(this.#chunks[at]?.names ?? [], after)
    for (at = Math.max(0, at); at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at]?.names ?? []
      for (; position < chunk.length; position += 1) {
        const name = chunk[position] ?? ''
        units += name.length
        if (names.length >= limit || (units > unitsMax && names.length > 0)) return { names, more: true }
        names.push(name)
      }
      position = 0
    }
    return { names, more: false }
  }

  /** The children in order of their names. */
  *values(): Generator<T, void, undefined> {
    for (const chunk of this.#chunks) yield* chunk.values
  }

  #append(last: Chunk<T> | undefined, name: string, value: T): void {
    if (last === undefined || last.names.length >= chunkMax) {
      this.#chunks.push({ names: [name], values: [value] })
    } else {
      last.names.push(name)
      last.values.push(value)
    }
  }

  /** The last chunk that starts at or below the name; −1 when all start above it. */
  #chunkOf(name: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareCodeUnits(this.#chunks[middle]?.names[0] ?? '', name) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** Position of the first name above this one. */
function firstAbove(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareCodeUnits(names[middle] ?? '', name) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
