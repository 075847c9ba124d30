import type { Model, Operation } from '@synod/sim/linearizability'

/**
 * Says whether a history of one partition is linearizable by trying every order of every choice of open operations that respects the
 * times. Straight from the definition and for a handful of operations only.
 */
export function isLinearizable<State, Op, Result>(history: readonly Operation<Op, Result>[], model: Model<State, Op, Result>): boolean {
  return place(history, model, model.initial)
}

function place<State, Op, Result>(left: readonly Operation<Op, Result>[], model: Model<State, Op, Result>, state: State): boolean {
  if (left.every((operation) => operation.return === null)) return true
  return left.some((operation, index) => {
    if (left.some((other) => other.return !== null && other.return < operation.call)) return false
    const next = model.step(state, operation.op, operation.result)
    return next !== null && place(left.toSpliced(index, 1), model, next)
  })
}
