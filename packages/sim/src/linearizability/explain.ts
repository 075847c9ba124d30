import type { Model } from './model.ts'
import type { Operation } from './operation.ts'
import type { Chain, SearchResult } from './search.ts'
import type { Timeline } from './timeline.ts'
import type { NotLinearizable } from './verdict.ts'

const linesOfOrder = 12

interface Failure<State, Op, Result> {
  readonly partition: string
  readonly model: Model<State, Op, Result>
  readonly timeline: Timeline<Op, Result>
  readonly found: SearchResult<State>
  readonly steps: number
}

/** Tells a failed search so that a person can follow it: what was done in which order, and what then fitted nowhere. */
export function explain<State, Op, Result>(failure: Failure<State, Op, Result>): NotLinearizable<Op, Result> {
  const { partition, model, timeline, found, steps } = failure
  const culprit = timeline.operations[found.furthest.number]
  if (culprit === undefined) throw new Error(`a search that failed points at operation ${found.furthest.number}, which does not exist`)
  const longest = orderOf(found.furthest.chain, timeline)
  const states = [...new Set(found.furthest.states.map((state) => model.describeState(state)))]
  const reason = found.outcome === 'undecided' ? 'undecided' : 'violation'
  const tell = (operation: Operation<Op, Result>): string => line(model, operation)
  const underWay = concurrentWith(found.furthest.number, timeline).filter((operation) => !longest.includes(operation))
  const explanation = [
    reason === 'violation'
      ? `${partition}: no order explains`
      : `${partition}: gave up after ${steps} steps; the longest order found does not explain`,
    `  ${tell(culprit)}`,
    `in any of the states reached: ${states.join(' | ')}`,
    `after the order${longest.length > linesOfOrder ? ` (last ${linesOfOrder} of ${longest.length})` : ''}:`,
    ...(longest.length === 0 ? ['  (nothing)'] : longest.slice(-linesOfOrder).map((operation) => `  ${tell(operation)}`)),
    ...(underWay.length === 0
      ? []
      : ['while these were under way:', ...underWay.slice(-linesOfOrder).map((operation) => `  ${tell(operation)}`)]),
  ].join('\n')
  return { ok: false, reason, partition, steps, explanation, culprit, longest, states }
}

function line<State, Op, Result>(model: Model<State, Op, Result>, operation: Operation<Op, Result>): string {
  const { client, call, return: returned, op, result } = operation
  return `[${call} … ${returned ?? 'unknown'}] ${client}: ${model.describe(op, result)}`
}

function orderOf<Op, Result>(chain: Chain | null, { operations }: Timeline<Op, Result>): Operation<Op, Result>[] {
  const order: Operation<Op, Result>[] = []
  for (let link = chain; link !== null; link = link.before) {
    const operation = operations[link.number]
    if (operation !== undefined) order.push(operation)
  }
  return order.reverse()
}

function concurrentWith<Op, Result>(number: number, timeline: Timeline<Op, Result>): Operation<Op, Result>[] {
  const open = timeline.operations.slice(timeline.answered, timeline.answered + (timeline.openBefore[number] ?? 0))
  const answered = (timeline.concurrent[number] ?? []).map((other) => timeline.operations[other])
  return [...answered, ...open].filter((operation) => operation !== undefined)
}
