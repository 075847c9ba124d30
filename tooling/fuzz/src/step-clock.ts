import type { Cancel, Clock } from '@synod/interface'

const turnsMax = 10_000

/** Time that passes only when it is told to, and work that is counted: what does not come to an end throws. */
export class StepClock implements Clock {
  #now = 1_000_000
  #deferred: (() => void)[] = []
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  now(): number {
    return this.#now
  }

  wallMs(): number {
    return Math.floor(this.#now / 1000)
  }

  setTimer(at: number, run: () => void): Cancel {
    const timer = { at, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  /** Runs what is deferred, and what that defers. Throws when there is no end. */
  settle(): void {
    for (let turn = 0; this.#deferred.length > 0; turn += 1) {
      if (turn > turnsMax) throw new Error(`has not come to rest in ${turnsMax} turns of the event loop`)
      for (const run of this.#deferred.splice(0)) run()
    }
  }

  /** Lets time pass until that many timers have run. */
  pass(timers: number): void {
    for (let count = 0; count < timers; count += 1) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at)
      if (next === undefined) return
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
      this.settle()
    }
  }
}
