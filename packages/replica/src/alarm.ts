import type { Cancel, Clock } from '@synod/interface'
import type { Micros } from '@synod/interface/protocol'

/**
 * One timer that is moved often. Moving it to later costs nothing: the running timer is left to fire, and then re-armed;
 * so a timer that every message postpones is set a few times a second and not a thousand times.
 */
export class Alarm {
  readonly #clock: Clock
  readonly #run: (askedAt: Micros) => void
  #wanted: Micros | null = null
  #armed: { readonly at: Micros; readonly cancel: Cancel } | null = null

  /** `run` gets the time it was asked for: far below now after a stall of the process. */
  constructor(clock: Clock, run: (askedAt: Micros) => void) {
    this.#clock = clock
    this.#run = run
  }

  /** Fires once at `at`, which replaces what was asked for before; `null`: never. */
  set(at: Micros | null): void {
    this.#wanted = at
    if (at === null) return
    if (this.#armed !== null && this.#armed.at <= at) return
    this.#armed?.cancel()
    this.#arm(at)
  }

  /** Fires at `at` or before, if it was asked for before. */
  setEarliest(at: Micros): void {
    if (this.#wanted === null || at < this.#wanted) this.set(at)
  }

  get wanted(): Micros | null {
    return this.#wanted
  }

  stop(): void {
    this.#wanted = null
    this.#armed?.cancel()
    this.#armed = null
  }

  #arm(at: Micros): void {
    this.#armed = {
      at,
      cancel: this.#clock.setTimer(at, () => {
        this.#fired()
      }),
    }
  }

  #fired(): void {
    this.#armed = null
    const wanted = this.#wanted
    if (wanted === null) return
    if (wanted > this.#clock.now()) {
      this.#arm(wanted)
      return
    }
    this.#wanted = null
    this.#run(wanted)
  }
}
