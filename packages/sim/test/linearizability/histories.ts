import type { Operation, RegisterOp, RegisterResult, LockOp, LockResult } from '@synod/sim/linearizability'

export type RegisterHistory = Operation<RegisterOp, RegisterResult>[]
export type LockHistory = Operation<LockOp, LockResult>[]

/** From, to; `null`: nobody knows what came of it. */
type Span = readonly [call: number, returned: number | null]

function entry<Op, Result>(client: string, [call, returned]: Span, what: { op: Op; result: Result | undefined }): Operation<Op, Result> {
  const { op, result } = what
  if (returned === null) return { client, call, return: null, op }
  if (result === undefined) throw new Error('an answered operation needs a result')
  return { client, call, return: returned, op, result }
}

const key = '/k'

export function create(client: string, span: Span, value: string): Operation<RegisterOp, RegisterResult> {
  return entry(client, span, { op: { kind: 'create', key, value }, result: { kind: 'written', version: 0 } })
}

export function createRefused(client: string, span: Span, value: string): Operation<RegisterOp, RegisterResult> {
  return entry(client, span, { op: { kind: 'create', key, value }, result: { kind: 'exists' } })
}

/** A `set` that was given that version, at that position of the log when one is named. */
export function set(
  client: string,
  span: Span,
  what: readonly [value: string, version?: number, position?: number],
): Operation<RegisterOp, RegisterResult> {
  const [value, version = -1, position] = what
  return entry(client, span, {
    op: { kind: 'set', key, value },
    result: { kind: 'written', version, ...(position === undefined ? {} : { position }) },
  })
}

/** A `set` under a condition, with what came of it. */
export function setIf(
  client: string,
  span: Span,
  what: readonly [value: string, expected: number, result: RegisterResult],
): Operation<RegisterOp, RegisterResult> {
  const [value, version, result] = what
  return entry(client, span, { op: { kind: 'set', key, value, version }, result })
}

export function remove(client: string, span: Span, result: RegisterResult = { kind: 'deleted' }): Operation<RegisterOp, RegisterResult> {
  return entry(client, span, { op: { kind: 'delete', key }, result })
}

/** A `get` that found this; null: nothing. */
export function get(
  client: string,
  span: Span,
  found: readonly [value: string, version: number, position?: number] | null,
): Operation<RegisterOp, RegisterResult> {
  if (found === null) return entry(client, span, { op: { kind: 'get', key }, result: { kind: 'absent' } })
  const [value, version, position] = found
  return entry(client, span, {
    op: { kind: 'get', key },
    result: { kind: 'found', value, version, ...(position === undefined ? {} : { position }) },
  })
}

const lock = '/locks/a'

export function acquire(holder: string, span: Span, token: number): Operation<LockOp, LockResult> {
  return entry(holder, span, { op: { kind: 'acquire', lock, holder }, result: { kind: 'acquired', token } })
}

export function acquireRefused(holder: string, span: Span): Operation<LockOp, LockResult> {
  return entry(holder, span, { op: { kind: 'acquire', lock, holder }, result: { kind: 'unavailable' } })
}

export function release(holder: string, span: Span): Operation<LockOp, LockResult> {
  return entry(holder, span, { op: { kind: 'release', lock, holder }, result: { kind: 'released' } })
}

export function use(
  client: string,
  span: Span,
  what: readonly [token: number, kind: 'accepted' | 'fenced'],
): Operation<LockOp, LockResult> {
  const [token, kind] = what
  return entry(client, span, { op: { kind: 'use', lock, token }, result: { kind } })
}
