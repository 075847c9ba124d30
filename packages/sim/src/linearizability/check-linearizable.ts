import { explain } from './explain.ts'
import type { Model } from './model.ts'
import type { Operation } from './operation.ts'
import { Search } from './search.ts'
import { requireTimes, timelineOf } from './timeline.ts'
import type { CheckOptions, Verdict } from './verdict.ts'

/**
 * Says whether a recorded history is linearizable: whether every operation can be given one moment between its call and its return
 * such that the model, fed in the order of these moments, gives the results that were recorded.
 *
 * Exact: `ok` only when such an order was found, `violation` only when there is none. Between the two, `undecided` when a bound of
 * `options` was reached; a caller treats it as a failure. Operations that surely had no effect are left out by the caller, or are in
 * the history with a result that says so, when the model knows it.
 *
 * @throws TypeError when a time is no number or a return is before its call.
 */
export function checkLinearizable<State, Op, Result>(
  history: readonly Operation<Op, Result>[],
  model: Model<State, Op, Result>,
  options: CheckOptions = {},
): Verdict<Op, Result> {
  const { stepsMax = 5_000_000, configurationsMax = 1_000_000 } = options
  requireTimes(history)
  let steps = 0
  for (const [partition, operations] of partitionsOf(history, model)) {
    const timeline = timelineOf(model.simplify?.(operations) ?? operations, (op) => model.describe(op, undefined))
    const found = new Search(model, timeline, { stepsMax: stepsMax - steps, configurationsMax }).run()
    steps += found.steps
    if (found.outcome !== 'found') return explain({ partition, model, timeline, found, steps })
  }
  return { ok: true, steps }
}

function partitionsOf<State, Op, Result>(
  history: readonly Operation<Op, Result>[],
  model: Model<State, Op, Result>,
): [string, Operation<Op, Result>[]][] {
  const partitions = new Map<string, Operation<Op, Result>[]>()
  for (const operation of history) {
    const name = model.partition(operation.op)
    const operations = partitions.get(name)
    if (operations === undefined) partitions.set(name, [operation])
    else operations.push(operation)
  }
  return [...partitions].sort(([a], [b]) => (a < b ? -1 : 1))
}
