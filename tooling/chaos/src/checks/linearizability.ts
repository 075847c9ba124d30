import { checkLinearizable, lockModel, registerModel } from '@synod/sim/linearizability'
import type { LockOp, LockResult, Operation, RegisterOp, RegisterResult } from '@synod/sim/linearizability'
import { checkResult } from './check.ts'
import type { CheckResult } from './check.ts'

/** Enough for hours: an hour of five clients takes some ten million steps. What is undecided is an anomaly. */
const bounds = { stepsMax: 300_000_000, configurationsMax: 5_000_000 }

/** Every key's reads, writes, compares-and-sets and deletes, whatever their outcome, as one correct order. */
export function checkKeys(history: readonly Operation<RegisterOp, RegisterResult>[]): CheckResult {
  const open = history.filter((operation) => operation.return === null).length
  const keys = new Set(history.map(({ op }) => op.key)).size
  const verdict = checkLinearizable(history, registerModel, bounds)
  const looked = `${history.length} operations on ${keys} keys, ${open} of unknown outcome, in ${verdict.steps} steps`
  return checkResult('every key is linearizable', looked, verdict.ok ? [] : [verdict.explanation])
}

/** Locks and the resources they guard, as one correct order: one holder at a time, tokens that grow, old ones fenced. */
export function checkLockOrder(history: readonly Operation<LockOp, LockResult>[]): CheckResult {
  const fenced = history.filter(({ result }) => result?.kind === 'fenced').length
  const verdict = checkLinearizable(history, lockModel, bounds)
  const looked = `${history.length} operations on locks and their resources, ${fenced} fenced`
  return checkResult('every lock is linearizable', looked, verdict.ok ? [] : [verdict.explanation])
}
