/** Numbers that a seed decides, the same on every machine (splitmix32). */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 2^32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + (this.next() % (most - least + 1))
  }

  chance(percent: number): boolean {
    return this.between(1, 100) <= percent
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.next() % from.length] ?? from[0]
  }

  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, key: this.next() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value)
  }

  /** Another source that this one decides: what one user takes does not shift the numbers of another. */
  fork(): SeededRandom {
    return new SeededRandom(this.next())
  }
}
