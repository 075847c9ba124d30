import { ManualClock } from '@tooling/integration/src/manual-clock.ts'

const turnsMax = 10_000

/** Time that passes only when it is told to, and work that is counted: what does not come to an end throws. */
export class StepClock extends ManualClock {
  #deferred: (() => void)[] = []

  override defer(run: () => void): void {
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
    for (let count = 0; count < timers && this.runNext(Infinity); count += 1) this.settle()
  }
}
