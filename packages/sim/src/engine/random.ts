import type { Random } from '@synod/interface'

const mask = (1n << 64n) - 1n

/** A seed as people write it: a number, a bigint, or text such as `0x2a`. Throws `TypeError` for anything that is none of 64 bits. */
export function parseSeed(seed: bigint | number | string): bigint {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed))
    throw new TypeError(`seed (${seed}) must be a whole number, a bigint or text`)
  if (typeof seed === 'string' && seed.trim() === '') throw new TypeError('the seed is empty: give a whole number such as 42 or 0x2a')
  let value: bigint
  try {
    value = BigInt(typeof seed === 'string' ? seed.trim() : seed)
  } catch (error) {
    throw new TypeError(`seed (${String(seed)}) must be a whole number such as 42 or 0x2a`, { cause: error })
  }
  if (value < 0n || value > mask) throw new TypeError(`seed (${String(seed)}) must be from 0 to 2^64 - 1`)
  return value
}

/** As replay commands name it. */
export function seedText(seed: bigint): string {
  return `0x${seed.toString(16)}`
}

/** One round of splitmix64: spreads neighbouring seeds over the whole range. */
function spread(value: bigint): bigint {
  let z = (value + 0x9e3779b97f4a7c15n) & mask
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask
  return z ^ (z >> 31n)
}

/**
 * A stream of random numbers: sfc32, seeded by splitmix64 from (seed, purpose). Streams of different purposes are independent, so
 * that a draw more in one place shifts nothing elsewhere.
 */
export class RandomStream implements Random {
  readonly #seed: bigint
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: bigint, purpose: string) {
    let mixed = spread(seed & mask)
    for (let at = 0; at < purpose.length; at += 1) mixed = spread(mixed ^ BigInt(purpose.charCodeAt(at)))
    this.#seed = mixed
    const second = spread(mixed)
    this.#a = Number(mixed & 0xffffffffn) | 0
    this.#b = Number(mixed >> 32n) | 0
    this.#c = Number(second & 0xffffffffn) | 0
    for (let at = 0; at < 12; at += 1) this.#next32()
  }

  /** A stream of its own for a part of this purpose. */
  split(purpose: string): RandomStream {
    return new RandomStream(this.#seed, purpose)
  }

  /** Uniform in [0, 1), 32 bits of it random. */
  next(): number {
    return this.#next32() / 0x1_0000_0000
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 1) bytes[at] = this.#next32() >>> 11
    return bytes
  }

  /** Uniform integer in [0, below); 0 when `below` is 1 or less. */
  below(below: number): number {
    return Math.floor(this.next() * Math.max(1, below))
  }

  /** Uniform integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Throws `RangeError` when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** A copy in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    const rest = Array.from(items)
    const shuffled: T[] = []
    while (rest.length > 0) shuffled.push(...rest.splice(this.below(rest.length), 1))
    return shuffled
  }

  #next32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }
}
