import type { Cancel, Clock } from '@synod/interface'

/** One timer for everything in a client that waits for time to pass. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: (lateBy: number) => void
  #cancel: Cancel | null = null
  #at = Infinity

  /** `ring` gets by how many microseconds it was called late: much means that this process itself has stalled. */
  constructor(clock: Clock, ring: (lateBy: number) => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings at `at` or earlier. An earlier ring is for the caller to find nothing due and to set the alarm anew. */
  by(at: number): void {
    if (at >= this.#at) return
    this.#cancel?.()
    this.#at = at
    this.#cancel = this.#clock.setTimer(at, this.#onTimer)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#at = Infinity
  }

  readonly #onTimer = (): void => {
    const lateBy = this.#clock.now() - this.#at
    this.#cancel = null
    this.#at = Infinity
    this.#ring(lateBy)
  }
}
