import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLinearizable, lockModel, registerModel } from '@synod/sim/linearizability'
import type { LockOp, LockResult, Model, Operation, RegisterOp, RegisterResult } from '@synod/sim/linearizability'
import { isLinearizable } from './brute-force.ts'

const key = '/k'

const registerOp: fc.Arbitrary<RegisterOp> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), key: fc.constant(key), value: fc.constantFrom('a', 'b') }),
  fc.record(
    { kind: fc.constant('set' as const), key: fc.constant(key), value: fc.constantFrom('a', 'b', 'c'), version: fc.nat(2) },
    { requiredKeys: ['kind', 'key', 'value'] },
  ),
  fc.record({ kind: fc.constant('delete' as const), key: fc.constant(key), version: fc.nat(2) }, { requiredKeys: ['kind', 'key'] }),
  fc.record({ kind: fc.constant('get' as const), key: fc.constant(key) }),
)

const lockOp: fc.Arbitrary<LockOp> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('acquire' as const, 'release' as const),
    lock: fc.constant('/l'),
    holder: fc.constantFrom('h1', 'h2', 'h3'),
  }),
  fc.record({ kind: fc.constant('use' as const), lock: fc.constant('/l'), token: fc.nat(3) }),
)

const registerResult: fc.Arbitrary<RegisterResult> = fc.oneof(
  fc.record({ kind: fc.constant('written' as const), version: fc.nat(2), position: fc.nat(4) }, { requiredKeys: ['kind', 'version'] }),
  fc.record(
    { kind: fc.constant('found' as const), value: fc.constantFrom('a', 'b', 'c'), version: fc.nat(2), position: fc.nat(4) },
    { requiredKeys: ['kind', 'value', 'version'] },
  ),
  fc.constantFrom({ kind: 'deleted' as const }, { kind: 'absent' as const }, { kind: 'exists' as const }, { kind: 'badVersion' as const }),
)

const lockResult: fc.Arbitrary<LockResult> = fc.oneof(
  fc.record({ kind: fc.constant('acquired' as const), token: fc.nat(4) }),
  fc.constantFrom(
    { kind: 'unavailable' as const },
    { kind: 'released' as const },
    { kind: 'accepted' as const },
    { kind: 'fenced' as const },
  ),
)

/** What one operation of a sequential execution looks like from outside. */
interface Look {
  /** How long before its moment it was called. */
  readonly before: number
  /** How long after its moment it returned; null: nobody knows. */
  readonly after: number | null
  /** It never took effect; only when nobody knows. */
  readonly dropped: boolean
}

const look: fc.Arbitrary<Look> = fc.record({
  before: fc.nat(40),
  after: fc.option(fc.nat(40), { freq: 4 }),
  dropped: fc.boolean(),
})

interface Kit<State, Op, Result> {
  readonly model: Model<State, Op, Result>
  readonly op: fc.Arbitrary<Op>
  /** The one result that the model allows here. */
  readonly answer: (state: State, op: Op, position: number) => Result
  readonly anyResult: fc.Arbitrary<Result>
}

/** A history as it comes from running the operations one at a time, each seen through its interval. */
function execution<State, Op, Result>(
  { model, op, answer }: Kit<State, Op, Result>,
  length: number,
): fc.Arbitrary<Operation<Op, Result>[]> {
  return fc.array(fc.tuple(op, look), { maxLength: length }).map((calls) => {
    let state = model.initial
    return calls.map(([one, { before, after, dropped }], index): Operation<Op, Result> => {
      const moment = 10 * (index + 1)
      const call = Math.max(0, moment - before)
      if (after === null && dropped) return { client: index, call, return: null, op: one }
      const result = answer(state, one, index)
      const next = model.step(state, one, result)
      if (next === null) throw new Error(`the model refuses its own answer ${JSON.stringify(result)}`)
      state = next
      return after === null
        ? { client: index, call, return: null, op: one }
        : { client: index, call, return: moment + after, op: one, result }
    })
  })
}

/** The same with some results, or their times, replaced by others: most of these are wrong, some are not. */
function damaged<State, Op, Result>(kit: Kit<State, Op, Result>, length: number): fc.Arbitrary<Operation<Op, Result>[]> {
  const damage = fc.option(kit.anyResult, { freq: 3 })
  return execution(kit, length).chain((history) =>
    fc.tuple(...history.map(() => damage)).map((damages) =>
      history.map((operation, index): Operation<Op, Result> => {
        const other = damages[index]
        return operation.return === null || other == null ? operation : { ...operation, result: other }
      }),
    ),
  )
}

const register: Kit<Parameters<typeof registerModel.step>[0], RegisterOp, RegisterResult> = {
  model: registerModel,
  op: registerOp,
  anyResult: registerResult,
  answer({ node }, op, position) {
    if (op.kind === 'create') return node === null ? { kind: 'written', version: 0, position } : { kind: 'exists' }
    if (node === null) return { kind: 'absent' }
    if (op.kind === 'get') return { kind: 'found', value: node.value, version: node.version }
    if (op.version !== undefined && op.version !== node.version) return { kind: 'badVersion' }
    return op.kind === 'delete' ? { kind: 'deleted' } : { kind: 'written', version: node.version + 1, position }
  },
}

const lock: Kit<Parameters<typeof lockModel.step>[0], LockOp, LockResult> = {
  model: lockModel,
  op: lockOp,
  anyResult: lockResult,
  answer({ holder, seenToken }, op, position) {
    if (op.kind === 'acquire') return holder === null ? { kind: 'acquired', token: position } : { kind: 'unavailable' }
    if (op.kind === 'release') return { kind: 'released' }
    return { kind: op.token >= seenToken ? 'accepted' : 'fenced' }
  },
}

describe('what was executed one at a time is accepted, however the calls overlap', () => {
  it('on a node', () => {
    fc.assert(
      fc.property(execution(register, 60), (history) => {
        expect(checkLinearizable(history, registerModel)).toMatchObject({ ok: true })
      }),
      { numRuns: 500 },
    )
  })

  it('on a lock', () => {
    fc.assert(
      fc.property(execution(lock, 60), (history) => {
        expect(checkLinearizable(history, lockModel)).toMatchObject({ ok: true })
      }),
      { numRuns: 500 },
    )
  })
})

describe('the checker says what trying every order says', () => {
  it('on a node', () => {
    let linearizable = 0
    let runs = 0
    fc.assert(
      fc.property(damaged(register, 7), (history) => {
        const expected = isLinearizable(history, registerModel)
        runs += 1
        linearizable += Number(expected)
        expect(checkLinearizable(history, registerModel).ok).toBe(expected)
      }),
      { numRuns: 4000 },
    )
    expect(linearizable).toBeGreaterThan(runs / 20)
    expect(linearizable).toBeLessThan(runs - runs / 20)
  })

  it('on a lock', () => {
    let linearizable = 0
    let runs = 0
    fc.assert(
      fc.property(damaged(lock, 7), (history) => {
        const expected = isLinearizable(history, lockModel)
        runs += 1
        linearizable += Number(expected)
        expect(checkLinearizable(history, lockModel).ok).toBe(expected)
      }),
      { numRuns: 4000 },
    )
    expect(linearizable).toBeGreaterThan(runs / 20)
    expect(linearizable).toBeLessThan(runs - runs / 20)
  })
})
