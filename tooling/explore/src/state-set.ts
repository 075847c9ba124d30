/** Rows of a chunk. */
const chunkRows = 1 << 18

/**
 * Every state ever reached, kept whole: equality is exact, no two states are taken for one because their hashes collide.
 * Rows are numbered in the order in which they were added, which makes the set the queue of a breadth-first search, too.
 */
export class StateSet {
  readonly width: number
  private readonly chunks: Int32Array[] = []
  private table: Int32Array
  private mask: number
  size = 0

  constructor(width: number) {
    this.width = width
    this.table = new Int32Array(1 << 20).fill(-1)
    this.mask = this.table.length - 1
  }

  /** Copies row `at` into `to`. */
  read(at: number, to: Int32Array): void {
    const chunk = this.chunks[Math.floor(at / chunkRows)]
    if (!chunk) throw new RangeError(`no state ${at}`)
    const start = (at % chunkRows) * this.width
    for (let field = 0; field < this.width; field += 1) to[field] = chunk[start + field] ?? 0
  }

  /** Adds a state unless it is there. True when it is new. */
  add(state: Int32Array): boolean {
    if (this.size * 2 > this.table.length) this.grow()
    let slot = hash(state, 0, this.width) & this.mask
    for (;;) {
      const row = this.table[slot] ?? -1
      if (row < 0) break
      if (this.equals(row, state)) return false
      slot = (slot + 1) & this.mask
    }
    this.table[slot] = this.size
    this.append(state)
    return true
  }

  private append(state: Int32Array): void {
    const at = this.size % chunkRows
    if (at === 0) this.chunks.push(new Int32Array(chunkRows * this.width))
    this.chunks.at(-1)?.set(state, at * this.width)
    this.size += 1
  }

  private equals(row: number, state: Int32Array): boolean {
    const chunk = this.chunks[Math.floor(row / chunkRows)]
    const start = (row % chunkRows) * this.width
    if (!chunk) return false
    for (let field = 0; field < this.width; field += 1) if (chunk[start + field] !== state[field]) return false
    return true
  }

  private grow(): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1)
    this.mask = this.table.length - 1
    for (let row = 0; row < this.size; row += 1) {
      const chunk = this.chunks[Math.floor(row / chunkRows)]
      if (!chunk) continue
      let slot = hash(chunk, (row % chunkRows) * this.width, this.width) & this.mask
      while ((this.table[slot] ?? -1) >= 0) slot = (slot + 1) & this.mask
      this.table[slot] = row
    }
  }
}

function hash(words: Int32Array, start: number, length: number): number {
  let mixed = 0x9e3779b9
  for (let at = 0; at < length; at += 1) {
    mixed = Math.imul(mixed ^ (words[start + at] ?? 0), 0x85ebca6b)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0xc2b2ae35) ^ (mixed >>> 13)
  }
  return mixed >>> 0
}
