import { checkLinearizable, registerModel, type Operation as Call, type RegisterOp, type RegisterResult } from '../linearizability/index.ts'
import type { History, Operation } from './history.ts'

type Fail = (invariant: string, message: string) => void

/**
 * What must be true of every history of registers, cheap and before any search: no read of a value that nobody wrote, none of a value
 * whose write surely failed, none from before its time, and I17: a linearizable read is not older than what was acknowledged before it.
 */
export function checkHistory(history: History, fail: Fail): void {
  const writes = new Map<string, Operation>()
  const returns: { readonly at: number; readonly index: number }[] = []
  for (const operation of history.operations) {
    if (operation.kind === 'write') writes.set(`${operation.key} ${operation.input}`, operation)
    if (operation.outcome === 'ok' && operation.index > 0 && isWrite(operation))
      returns.push({ at: operation.returnedAt, index: operation.index })
  }
  returns.sort((a, b) => a.at - b.at)
  const known = acknowledgedBefore(returns)
  for (const operation of history.operations) {
    if (!operation.kind.startsWith('read ') || operation.outcome !== 'ok') continue
    checkValue(operation, writes, fail)
    const floor = known(operation.calledAt)
    if (operation.kind === 'read linearizable' && operation.index < floor) {
      fail('I17', `${operation.client} read ${operation.key} at ${operation.index}, called after entry ${floor} was acknowledged`)
    }
  }
}

/** I23: what clients asked of registers and were told has an order in which it is right. Unknown outcomes stay open. */
export function checkRegisters(history: History, fail: Fail): void {
  const calls: Call<RegisterOp, RegisterResult>[] = []
  for (const { client, calledAt: call, returnedAt, outcome, op, result } of history.operations) {
    if (op === null) continue
    if (result !== null) calls.push({ client, call, return: returnedAt, op, result })
    else if (op.kind !== 'get' && outcome !== 'failed') calls.push({ client, call, return: null, op })
  }
  const verdict = checkLinearizable(calls, registerModel)
  if (!verdict.ok) fail('I23', `register ${verdict.partition}: ${verdict.explanation}`)
}

function isWrite({ kind }: Operation): boolean {
  return kind === 'write' || kind === 'create' || kind.startsWith('watched ')
}

function checkValue(read: Operation, writes: ReadonlyMap<string, Operation>, fail: Fail): void {
  if (read.output === 'none') return
  const write = writes.get(`${read.key} ${read.output}`)
  if (write === undefined) fail('I23', `${read.client} read ${read.output} from ${read.key}, which nobody wrote`)
  else if (write.outcome === 'failed')
    fail('I21', `${read.client} read ${read.output} from ${read.key}, whose write was refused: ${write.error}`)
  else if (write.calledAt > read.returnedAt) fail('I23', `${read.client} read ${read.output} from ${read.key} before it was written`)
}

/** The greatest index that was acknowledged before a moment. */
function acknowledgedBefore(returns: readonly { readonly at: number; readonly index: number }[]): (at: number) => number {
  const most: number[] = []
  for (const { index } of returns) most.push(Math.max(index, most.at(-1) ?? 0))
  return (at) => {
    let low = 0
    let high = returns.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((returns[middle]?.at ?? 0) < at) low = middle + 1
      else high = middle
    }
    return most[low - 1] ?? 0
  }
}
