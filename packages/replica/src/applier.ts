import type { Clock } from '@synod/interface'
import type { Entry, LogIndex, StateMachine } from '@synod/interface/protocol'

export interface ApplierHost {
  readonly clock: Clock
  readonly stateMachine: StateMachine
  readonly batchMax: number
  /** Committed entries from `from` to `to`, both included. */
  entries(from: LogIndex, to: LogIndex): readonly Entry[]
  /** An entry was applied. */
  onEntry(entry: Entry, result: Uint8Array): void
  /** A run of entries was applied, the last one at `index`. */
  onApplied(index: LogIndex): void
  /** Applying failed: a rule of the state machine is broken. */
  onFailed(error: unknown): void
}

/**
 * Applies committed entries in order, each once, synchronously with the step that committed them; of many, a bounded number per
 * turn of the event loop, so that heartbeats get through while a server catches up.
 */
export class Applier {
  readonly #host: ApplierHost
  #target: LogIndex = 0
  #budget: number
  #deferred = false
  #held = false
  #stopped = false

  constructor(host: ApplierHost) {
    this.#host = host
    this.#budget = host.batchMax
  }

  /** Entries up to this index are committed. */
  commit(index: LogIndex): void {
    if (index <= this.#target) return
    this.#target = index
    this.#run()
  }

  /** While a snapshot is on its way into the state machine nothing is applied. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#run()
  }

  stop(): void {
    this.#stopped = true
  }

  #run(): void {
    if (this.#held || this.#stopped || this.#host.stateMachine.appliedZxid.index >= this.#target) return
    const from = this.#host.stateMachine.appliedZxid.index + 1
    const to = Math.min(this.#target, from + this.#budget - 1)
    if (to < from) return
    this.#budget -= to - from + 1
    try {
      for (const entry of this.#host.entries(from, to)) this.#host.onEntry(entry, this.#host.stateMachine.apply(entry))
      const applied = this.#host.stateMachine.appliedZxid.index
      if (applied !== to) throw new Error(`entries ${from} to ${to} were to be applied, the state is at ${applied}`)
    } catch (error) {
      this.#stopped = true
      this.#host.onFailed(error)
      return
    }
    this.#refill()
    this.#host.onApplied(to)
  }

  /** The next turn has a fresh budget. */
  #refill(): void {
    if (this.#deferred) return
    this.#deferred = true
    this.#host.clock.defer(() => {
      this.#deferred = false
      this.#budget = this.#host.batchMax
      this.#run()
    })
  }
}
