/** Who called what, when, and what came of it: one line of a recorded history. Times are of one monotonic clock, in any unit. */
export type Operation<Op, Result> = AnsweredOperation<Op, Result> | OpenOperation<Op>

/** An operation whose answer is known: it took effect at one moment between call and return. */
export interface AnsweredOperation<Op, Result> {
  /** Who called. Only for reports: one client may have several operations under way. */
  readonly client: string | number
  /** When the call was made. */
  readonly call: number
  /** When the answer arrived; not before `call`. */
  readonly return: number
  readonly op: Op
  readonly result: Result
}

/**
 * An operation whose outcome nobody knows: lost connection, `SYNOD_OUTCOME_UNKNOWN`, still under way when the recording ended.
 * It took effect at one moment after its call, however late, or never.
 */
export interface OpenOperation<Op> {
  readonly client: string | number
  readonly call: number
  readonly return: null
  readonly op: Op
  readonly result?: undefined
}
