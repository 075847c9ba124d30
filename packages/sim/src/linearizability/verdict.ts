import type { Operation } from './operation.ts'

/** Bounds of a check. When one is reached the verdict is `undecided`, which callers treat as a failure. */
export interface CheckOptions {
  /** Steps of the model for the whole history. Default 5,000,000, some seconds. */
  readonly stepsMax?: number
  /** Configurations remembered for one partition, which bounds memory to some hundred bytes for each. Default 1,000,000. */
  readonly configurationsMax?: number
}

/** The verdict on a history. */
export type Verdict<Op, Result> = Linearizable | NotLinearizable<Op, Result>

/** Every partition has an order of its operations that the model allows and that respects their times. */
export interface Linearizable {
  readonly ok: true
  /** Steps of the model that were needed. */
  readonly steps: number
}

/** No such order exists for this partition, or none was found within the bounds. */
export interface NotLinearizable<Op, Result> {
  readonly ok: false
  /** `violation`: surely none exists. `undecided`: a bound was reached first. */
  readonly reason: 'violation' | 'undecided'
  readonly partition: string
  readonly steps: number
  /** What happened, for a person, in lines. */
  readonly explanation: string
  /** The operation that fits nowhere: the first to return, in the order of returns, to which no attempt got. */
  readonly culprit: Operation<Op, Result>
  /** The longest order found of the operations before it. */
  readonly longest: readonly Operation<Op, Result>[]
  /** States in which it was tried in vain, in words; at most ten. */
  readonly states: readonly string[]
}
