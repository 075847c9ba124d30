/** A pause longer than this belongs to the fault; shorter ones are the noise of a machine that does other things too. */
const pauseMs = 200
/** Writes have recovered when they went on for so long without such a pause. */
const settledMs = 1_000

/**
 * Finds the longest time between two acknowledged writes around a fault. It is told of each acknowledgement, and of the moment of the fault;
 * the two may come in either order, because they come from different processes. All times in milliseconds of one clock.
 */
export class GapWatch {
  readonly #acknowledged: number[] = []
  #faultAt: number | null = null

  acknowledged(at: number): void {
    this.#acknowledged.push(at)
  }

  fault(at: number): void {
    this.#faultAt = at
  }

  /** The gap, once writes go on again; null until then. */
  get gapMs(): number | null {
    const fault = this.#faultAt
    const last = this.#acknowledged.at(-1)
    if (fault === null || last === undefined || last < fault + settledMs) return null
    let longest = 0
    let recovered = fault
    const first = Math.max(
      1,
      this.#acknowledged.findIndex((at) => at >= fault),
    )
    for (let i = first; i < this.#acknowledged.length; i++) {
      const at = this.#acknowledged[i] ?? 0
      const pause = at - (this.#acknowledged[i - 1] ?? at)
      if (pause > pauseMs) recovered = at
      longest = Math.max(longest, pause)
    }
    return last >= recovered + settledMs ? longest : null
  }
}
