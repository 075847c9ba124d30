import type { AnsweredOperation, OpenOperation, Operation } from './operation.ts'

/**
 * The operations of one partition, numbered: the answered ones from 0 in the order of their returns, then the open ones in the order
 * of their calls.
 */
export interface Timeline<Op, Result> {
  readonly operations: readonly Operation<Op, Result>[]
  /** How many are answered. */
  readonly answered: number
  /** For each answered operation: the later numbers that were called no later than it returned, in order. */
  readonly concurrent: readonly (readonly number[])[]
  /** For each answered operation: how many open ones were called no later than it returned. */
  readonly openBefore: readonly number[]
  /** For each open operation, in their order: the same small number for those whose op is equal. */
  readonly alike: readonly number[]
}

/**
 * Puts a partition in order. A call and a return at the same time count as concurrent: clocks have a resolution.
 * `tell` gives equal texts for equal operations.
 */
export function timelineOf<Op, Result>(history: readonly Operation<Op, Result>[], tell: (op: Op) => string): Timeline<Op, Result> {
  const answered = history.filter(isAnswered).sort((a, b) => a.return - b.return || a.call - b.call)
  const open = history.filter(isOpen).sort((a, b) => a.call - b.call)
  const byCall = answered.map((_, number) => number).sort((a, b) => callOf(answered, a) - callOf(answered, b))
  const concurrent: number[][] = []
  const openBefore: number[] = []
  const underWay = new Set<number>()
  let called = 0
  let opened = 0
  for (const [number, operation] of answered.entries()) {
    for (; called < byCall.length; called += 1) {
      const next = byCall[called]
      if (next === undefined || callOf(answered, next) > operation.return) break
      underWay.add(next)
    }
    while (opened < open.length && callOf(open, opened) <= operation.return) opened += 1
    underWay.delete(number)
    concurrent.push([...underWay].sort((a, b) => a - b))
    openBefore.push(opened)
  }
  return {
    operations: [...answered, ...open],
    answered: answered.length,
    concurrent,
    openBefore,
    alike: alikeOf(open.map(({ op }) => tell(op))),
  }
}

function alikeOf(names: readonly string[]): number[] {
  const numbers = new Map<string, number>()
  for (const name of names) if (!numbers.has(name)) numbers.set(name, numbers.size)
  return names.map((name) => numbers.get(name) ?? 0)
}

/** Throws on times that cannot be, before anything is checked. */
export function requireTimes<Op, Result>(history: readonly Operation<Op, Result>[]): void {
  for (const [index, { call, return: returned }] of history.entries()) {
    if (!Number.isFinite(call)) throw new TypeError(`operation ${index} of the history was called at ${call}, which is no time`)
    if (returned !== null && !(returned >= call && Number.isFinite(returned))) {
      throw new TypeError(
        `operation ${index} of the history was called at ${call} and returned at ${returned}; null means that its outcome is unknown`,
      )
    }
  }
}

function isAnswered<Op, Result>(operation: Operation<Op, Result>): operation is AnsweredOperation<Op, Result> {
  return operation.return !== null
}

function isOpen<Op, Result>(operation: Operation<Op, Result>): operation is OpenOperation<Op> {
  return operation.return === null
}

function callOf(operations: readonly { readonly call: number }[], number: number): number {
  return operations[number]?.call ?? Infinity
}
