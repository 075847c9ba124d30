import type { Random } from '@synod/interface'

/** The second connection in a row that lasted for less than this counts as a failed try: two processes with one id do not fight in a hot loop. */
const steadyMicros = 1_000_000

/** How long to wait before the next try at one peer: not at all after a connection, then doubling with jitter. */
export class BackOff {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #random: Random
  #failures = 0
  #shortLives = 0

  constructor({ minMs, maxMs, random }: { minMs: number; maxMs: number; random: Random }) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#random = random
  }

  failed(): void {
    this.#failures += 1
  }

  opened(): void {
    this.#failures = 0
  }

  closed(livedMicros: number): void {
    this.#shortLives = livedMicros < steadyMicros ? this.#shortLives + 1 : 0
  }

  /** We ended it ourselves, for a fault of the peer: it may well happen again. */
  distrusted(): void {
    this.#shortLives = Math.max(this.#shortLives, 1) + 1
  }

  /** Forgets everything: the peer's address has changed, say. */
  reset(): void {
    this.#failures = 0
    this.#shortLives = 0
  }

  /** Microseconds until the next try. */
  delay(): number {
    const tries = Math.max(this.#failures, this.#shortLives - 1)
    if (tries === 0) return 0
    return this.#jittered(Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(tries - 1, 30)))
  }

  /** Microseconds to wait when the peer turned us away: trying sooner changes nothing. */
  longest(): number {
    return this.#jittered(this.#maxMs)
  }

  #jittered(ms: number): number {
    return Math.ceil(ms * 1000 * (0.5 + this.#random.next() / 2))
  }
}
