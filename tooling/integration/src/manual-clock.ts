import type { Cancel, Clock } from '@synod/interface'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until a test moves it. What is deferred runs in the next turn of the event loop. */
export class ManualClock implements Clock {
  readonly #timers: Set<Timer> = new Set()
  #now = 1_000_000

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
    setImmediate(run)
  }

  /** Lets `ms` pass, timer by timer, and everything happen in between that they start. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms * 1000
    await turns()
    while (this.runNext(end)) await turns()
    this.#now = end
    await turns()
  }

  /** Time passes, and no timer runs: what a blocked event loop sees afterwards. */
  stall(ms: number): void {
    this.#now += ms * 1000
  }

  /** Runs the first timer that is due by `end`, at its time; false when there is none. */
  protected runNext(end: number): boolean {
    const next = this.#next(end)
    if (next === undefined) return false
    this.#timers.delete(next)
    this.#now = Math.max(this.#now, next.at)
    next.run()
    return true
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer
    return first
  }
}

/** As many turns of the event loop as a request and its answer take, and some. */
export async function turns(count = 12): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for the thing; the test's own time-out ends a wait in vain. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await turns(1)
}
