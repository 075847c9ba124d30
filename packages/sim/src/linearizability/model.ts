import type { Operation } from './operation.ts'

/**
 * What the checked object is meant to do when calls come one at a time: its sequential specification.
 *
 * Rules, on which the verdict rests:
 * 1. `step` is a function of its arguments and changes none of them.
 * 2. `step` gives the state *itself*, not an equal copy, when nothing changes.
 * 3. Equal states have equal fingerprints, and unequal ones unequal.
 * 4. Operations of different partitions do not affect each other, so that each partition is checked alone.
 */
export interface Model<State, Op, Result> {
  /** Which object the operation is about, for example the key. */
  partition(op: Op): string
  /** The state of every object before the first operation. */
  readonly initial: State
  /**
   * The state after `op`, or null when `op` cannot give `result` in this state.
   * `result` is undefined when nobody knows it: the state after `op`, whatever it answered; then never null.
   */
  step(state: State, op: Op, result: Result | undefined): State | null
  /**
   * True when `op` with this result only looks. A read that fits where it leaves the state as it is must fit nowhere later to any
   * other effect: it is then placed there and never tried again, which keeps reads cheap.
   */
  isRead(op: Op, result: Result): boolean
  fingerprint(state: State): string
  /**
   * The operations of one partition made easier to check without changing the verdict, for example by making alike what no result
   * tells apart. Optional.
   */
  simplify?(operations: readonly Operation<Op, Result>[]): readonly Operation<Op, Result>[]
  /** The state in words, for reports. */
  describeState(state: State): string
  /** The operation and its result in words, for reports. Different operations have different words. */
  describe(op: Op, result: Result | undefined): string
}
