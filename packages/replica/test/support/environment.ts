import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '@synod/interface'

/** The machine's own clock. */
export const realClock: Clock = {
  now: () => Math.round(performance.now() * 1000),
  wallMs: () => Date.now(),
  setTimer: (at, run) => {
    const timer = setTimeout(run, Math.max(0, (at - realClock.now()) / 1000 + 0.5))
    return () => {
      clearTimeout(timer)
    }
  },
  defer: (run) => {
    setImmediate(run)
  },
}

export const realRandom: Random = {
  next: () => Math.random(),
  bytes: (length) => new Uint8Array(randomBytes(length)),
}

/** A clock whose time only the test moves; what is deferred runs with `turn` or `advance`. */
export class ManualClock implements Clock {
  time = 1_000_000
  #timers: { readonly at: number; readonly run: () => void }[] = []
  #deferred: (() => void)[] = []

  now(): number {
    return this.time
  }

  wallMs(): number {
    return Math.floor(this.time / 1000)
  }

  setTimer(at: number, run: () => void): () => void {
    const timer = { at, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }

  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  /** Runs what was deferred, and what that defers. */
  turn(): void {
    while (this.#deferred.length > 0) for (const run of this.#deferred.splice(0)) run()
  }

  /** Moves the time in one go, as a stall does: timers that are due fire late. */
  jump(micros: number): void {
    this.time += micros
    this.#fireDue()
  }

  /** Moves the time from timer to timer. */
  advance(micros: number): void {
    const end = this.time + micros
    this.turn()
    for (;;) {
      const next = Math.min(...this.#timers.map((timer) => timer.at))
      if (next > end) break
      this.time = Math.max(this.time, next)
      this.#fireDue()
    }
    this.time = end
    this.turn()
  }

  #fireDue(): void {
    const due = this.#timers.filter((timer) => timer.at <= this.time).sort((a, b) => a.at - b.at)
    this.#timers = this.#timers.filter((timer) => timer.at > this.time)
    for (const timer of due) timer.run()
    this.turn()
  }
}

/** Resolves as soon as `reached` says so; the test's own time limit ends the wait. */
export async function until(reached: () => boolean): Promise<void> {
  while (!reached())
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
}
