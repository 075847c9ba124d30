import type { Cancel, Clock, Random } from '@synod/interface'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that passes only while a test waits, and at once. */
export class VirtualClock implements Clock {
  #now = 1_000_000
  #deferred: (() => void)[] = []
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  wallMs(): number {
    return Math.floor(this.#now / 1000)
  }

  setTimer(at: number, run: () => void): Cancel {
    const timer = { at, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  defer(run: () => void): void {
    this.#deferred.push(run)
  }

  get nowMs(): number {
    return this.#now / 1000
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms * 1000
    await this.#settle()
    while (await this.#step(until)) {
      // Until nothing is due.
    }
    this.#now = until
  }

  /** Lets time pass until the promise is settled; fails when that takes longer than `limitMs`. */
  async until<T>(promise: Promise<T>, limitMs: number = 60_000): Promise<T> {
    let settled = false
    const note = (): void => {
      settled = true
    }
    promise.then(note, note)
    const limit = this.#now + limitMs * 1000
    await this.#settle()
    while (!settled && (await this.#step(limit))) {
      // Until it is settled.
    }
    if (!settled) throw new Error(`not settled within ${limitMs} virtual ms`)
    return promise
  }

  /** Lets time pass until the condition holds. */
  async when(condition: () => boolean, limitMs: number = 60_000): Promise<void> {
    const limit = this.#now + limitMs * 1000
    await this.#settle()
    while (!condition() && (await this.#step(limit))) {
      // Until it holds.
    }
    if (!condition()) throw new Error(`did not come about within ${limitMs} virtual ms`)
  }

  /** The process stands still: time goes on, timers come late. */
  stall(ms: number): void {
    this.#now += ms * 1000
  }

  /** Promise reactions run to their end: they take no time. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }

  async #step(until: number): Promise<boolean> {
    const moved = this.#move(until)
    if (moved) await this.#settle()
    return moved
  }

  #move(until: number): boolean {
    const deferred = this.#deferred
    if (deferred.length > 0) {
      this.#deferred = []
      this.#now += 10
      for (const run of deferred) run()
      return true
    }
    let next: Timer | null = null
    for (const timer of this.#timers) if (next === null || timer.at < next.at) next = timer
    if (next === null || next.at > until) return false
    this.#timers.delete(next)
    this.#now = Math.max(this.#now, next.at)
    next.run()
    return true
  }
}

/** Repeatable numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) }
}
