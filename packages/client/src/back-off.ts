import type { Random } from '@synod/interface'

/** Growing, jittered pauses: each between half and all of a bound that doubles up to `maxMs`. */
export class BackOff {
  readonly #random: Random
  readonly #minMs: number
  readonly #maxMs: number
  #boundMs: number

  constructor(random: Random, minMs: number, maxMs: number) {
    this.#random = random
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#boundMs = minMs
  }

  /** The next pause in microseconds. */
  next(): number {
    const bound = this.#boundMs
    this.#boundMs = Math.min(bound * 2, this.#maxMs)
    return Math.floor(bound * 1000 * (0.5 + this.#random.next() / 2))
  }

  reset(): void {
    this.#boundMs = this.#minMs
  }
}
