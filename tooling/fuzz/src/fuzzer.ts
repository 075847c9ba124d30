import fc from 'fast-check'
import { mutate } from './mutate.ts'
import { Dice } from './random.ts'
import { inputBytesMax } from './target.ts'
import type { Subject } from './target.ts'

const corpusMax = 2_000
const samplesPerDraw = 64

/**
 * Makes inputs: some straight from the grammar, most by mutation of what has shown a new outcome before.
 *
 * The same seed gives the same inputs in the same order, as long as the outcomes are the same.
 */
export class Fuzzer {
  readonly #subject: Subject
  readonly #dice: Dice
  readonly #corpus: Uint8Array[] = []
  readonly #outcomes = new Set<string>()
  #samples: Uint8Array[] = []

  constructor(subject: Subject, seed: number) {
    this.#subject = subject
    this.#dice = new Dice(seed)
  }

  /** How many different outcomes there were. */
  get outcomes(): number {
    return this.#outcomes.size
  }

  next(): Uint8Array {
    const dice = this.#dice
    if (this.#corpus.length < 32 || dice.oneIn(16)) {
      const sample = this.#sample()
      return dice.oneIn(2) ? sample : this.#mutated(sample)
    }
    return this.#mutated(dice.pick(this.#corpus) ?? this.#sample())
  }

  /** Keeps an input that led somewhere new. */
  learn(input: Uint8Array, outcome: string): void {
    const isNew = !this.#outcomes.has(outcome)
    if (isNew) this.#outcomes.add(outcome)
    if (!isNew && this.#corpus.length >= 32) return
    if (this.#corpus.length < corpusMax) this.#corpus.push(input)
    else this.#corpus[this.#dice.below(corpusMax)] = input
  }

  #mutated(input: Uint8Array): Uint8Array {
    const { repair } = this.#subject
    const other = this.#dice.pick(this.#corpus) ?? input
    const changed = mutate(input, other, { dice: this.#dice, bytesMax: inputBytesMax })
    return repair !== undefined && !this.#dice.oneIn(4) ? repair(changed) : changed
  }

  #sample(): Uint8Array {
    const sample = this.#samples.pop()
    if (sample !== undefined) return sample
    this.#samples = fc.sample(this.#subject.grammar, { numRuns: samplesPerDraw, seed: this.#dice.next32() | 0 })
    return this.#samples.pop() ?? new Uint8Array()
  }
}
