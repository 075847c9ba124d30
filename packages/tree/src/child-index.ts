import { compareCodeUnits } from './code-units.ts'

const chunkMax = 512

/** A page of names, and whether more follow. */
export interface NamePage {
  readonly names: string[]
  readonly more: boolean
}

/**
 * The names of a node's children, always in code unit order: a list of sorted chunks.
 * Adding at the end and removing at the start (sequential nodes) cost no more than a move inside one chunk.
 *
 * Invariants: no chunk is empty; every chunk is ascending; the last name of a chunk is below the first of the next.
 */
export class ChildIndex {
  readonly #chunks: string[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The name must not be in the index. */
  add(name: string): void {
    this.#size += 1
    const last = this.#chunks.at(-1)
    if (last === undefined) {
      this.#chunks.push([name])
      return
    }
    if (compareCodeUnits(last.at(-1) ?? '', name) < 0) {
      if (last.length < chunkMax) last.push(name)
      else this.#chunks.push([name])
      return
    }
    const at = Math.max(0, this.#chunkOf(name))
    const chunk = this.#chunks[at] ?? []
    chunk.splice(firstAbove(chunk, name), 0, name)
    if (chunk.length > chunkMax) this.#chunks.splice(at + 1, 0, chunk.splice(chunkMax >> 1))
  }

  /** The name must be in the index. */
  remove(name: string): void {
    const at = Math.max(0, this.#chunkOf(name))
    const chunk = this.#chunks[at] ?? []
    const position = firstAbove(chunk, name) - 1
    if (chunk[position] !== name) return
    this.#size -= 1
    if (chunk.length === 1) this.#chunks.splice(at, 1)
    else chunk.splice(position, 1)
  }

  /** Names above `after`, at most `limit` of them and about `unitsMax` code units, but at least one. */
  page(after: string, limit: number, unitsMax: number): NamePage {
    const names: string[] = []
    let units = 0
    let position = 0
    let at = this.#chunkOf(after)
    if (at >= 0) position = firstAbove(this.#chunks[at] ?? [], after)
    else at = 0
    for (; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? []
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

  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (const chunk of this.#chunks) yield* chunk
  }

  /** The last chunk that starts at or below the name; −1 when all start above it. */
  #chunkOf(name: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareCodeUnits(this.#chunks[middle]?.[0] ?? '', name) <= 0) low = middle + 1
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
