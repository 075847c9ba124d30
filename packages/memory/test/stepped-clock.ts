import type { Clock } from '@synod/interface'

/** A clock that stands still until it is told to go on: runs what is deferred and due, in order, and nothing by itself. */
export class SteppedClock implements Clock {
  #now = 0
  #deferred: (() => void)[] = []
  #timers: { readonly at: number; readonly run: () => void }[] = []

  now(): number {
    return this.#now
  }

  wallMs(): number {
    return Math.floor(this.#now / 1000)
  }

  setTimer(at: number, run: () => void): () => void {
    const timer = { at, run }
    this.#timers.push(timer)
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  /** Runs everything deferred until nothing is left. */
  settle(): void {
    while (this.#deferred.length > 0) this.#deferred.shift()?.()
  }

  /** Lets time pass, and everything that is due in it happen. */
  pass(micros: number): void {
    const end = this.#now + micros
    for (;;) {
      this.settle()
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }
}
