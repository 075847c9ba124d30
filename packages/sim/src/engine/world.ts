import type { Micros } from '@synod/interface/protocol'
import { Coverage } from './coverage.ts'
import { RandomStream } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { Trace } from './trace.ts'

/** What everything in one simulation shares. */
export class World {
  readonly seed: bigint
  readonly scheduler: Scheduler = new Scheduler()
  readonly trace: Trace = new Trace()
  readonly coverage: Coverage = new Coverage()
  readonly #root: RandomStream

  constructor(seed: bigint) {
    this.seed = seed
    this.#root = new RandomStream(seed, 'synod')
  }

  get now(): Micros {
    return this.scheduler.now
  }

  /** The stream of this purpose; the same purpose gives the same numbers again. */
  random(purpose: string): RandomStream {
    return this.#root.split(purpose)
  }

  /** A line of the trace that also counts in the hash. */
  note(who: string, text: string): void {
    this.trace.number(this.now)
    this.trace.text(who)
    this.trace.text(text)
    this.trace.line(this.now, who, text)
  }
}
