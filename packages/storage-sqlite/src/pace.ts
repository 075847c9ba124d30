/** After a sync that took this long, the caller's thread is spared for a while. */
const stallMs = 50
const sparedMs = 5_000
/** Each sync counts for this share of the mean. */
const weight = 1 / 64

/**
 * How quick the disk is. Says whether a sync may be waited for in the thread of the caller: when its mean is below the limit, and none
 * has stalled lately. Begins with doubt: the first few syncs are never the caller's, unless the limit is far away.
 */
export class Pace {
  readonly #limitMs: number
  #meanMs = 2
  #sparedUntil = 0

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  note(tookMs: number, nowMs: number): void {
    this.#meanMs += (tookMs - this.#meanMs) * weight
    if (tookMs >= Math.max(stallMs, this.#limitMs)) this.#sparedUntil = nowMs + sparedMs
  }

  isQuick(nowMs: number): boolean {
    return this.#meanMs < this.#limitMs && nowMs >= this.#sparedUntil
  }
}
