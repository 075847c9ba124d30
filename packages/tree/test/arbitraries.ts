import type { MultiOperation, Stat, Zxid } from '@synod/interface/protocol'
import type { Command, CommandResult, OperationResult, Query, QueryResult } from '@synod/tree/commands'
import fc from 'fast-check'

const u53 = fc.maxSafeNat()
const bytes = fc.uint8Array({ maxLength: 40 })
const path = fc.string({ unit: 'grapheme', maxLength: 20 })
const version = fc.option(u53, { nil: undefined }).map((value) => (value === undefined ? {} : { version: value }))
const zxid: fc.Arbitrary<Zxid> = fc.record({ epoch: u53, index: u53 })
const nonce = fc.uint8Array({ minLength: 16, maxLength: 64 })

const operation: fc.Arbitrary<MultiOperation> = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    path,
    data: bytes,
    ephemeral: fc.boolean(),
    sequential: fc.boolean(),
    parents: fc.boolean(),
  }),
  fc.tuple(path, bytes, version).map(([path, data, version]) => ({ op: 'set' as const, path, data, ...version })),
  fc.tuple(path, version).map(([path, version]) => ({ op: 'delete' as const, path, ...version })),
  fc.tuple(path, version).map(([path, version]) => ({ op: 'check' as const, path, ...version })),
)

export const stat: fc.Arbitrary<Stat> = fc.record({
  czxid: zxid,
  mzxid: zxid,
  pzxid: zxid,
  ctime: u53,
  mtime: u53,
  version: u53,
  cversion: u53,
  aversion: fc.constant(0),
  ephemeralOwner: u53,
  dataLength: u53,
  numChildren: u53,
})

export const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('openSession' as const), nonce, timeoutMs: u53 }),
  fc.constant({ kind: 'closeSession' as const }),
  fc.record({ kind: fc.constant('expireSession' as const), sessionId: u53, touchCount: u53 }),
  fc.record({ kind: fc.constant('transaction' as const), operations: fc.array(operation, { maxLength: 5 }) }),
)

const operationResult: fc.Arbitrary<OperationResult> = fc.oneof(
  fc.record({ op: fc.constant('create' as const), path, stat }),
  fc.record({ op: fc.constant('set' as const), stat }),
  fc.constantFrom<OperationResult>({ op: 'delete' }, { op: 'check' }),
)

const rejected = {
  kind: fc.constant('rejected' as const),
  code: fc.constantFrom('SYNOD_NO_NODE' as const, 'SYNOD_BUSY' as const),
  message: path,
}

export const commandResult: fc.Arbitrary<CommandResult> = fc.oneof(
  fc.record({ kind: fc.constant('session' as const), sessionId: u53, timeoutMs: u53 }),
  fc.record({ kind: fc.constant('transaction' as const), results: fc.array(operationResult, { maxLength: 5 }) }),
  fc.record({ ...rejected, operation: fc.integer({ min: -1, max: 10_000 }) }),
  fc.record({ kind: fc.constant('gap' as const), nextSequence: u53 }),
  fc.record({ kind: fc.constant('window' as const), ackedBelow: u53 }),
  fc.constantFrom<CommandResult>({ kind: 'closed' }, { kind: 'stale' }),
)

export const query: fc.Arbitrary<Query> = fc.oneof(
  fc.record({ kind: fc.constantFrom('get' as const, 'exists' as const), path }),
  fc.record({ kind: fc.constant('list' as const), path, after: path, limit: u53 }),
  fc.record({ kind: fc.constant('session' as const), sessionId: u53, nonce }),
)

export const queryResult: fc.Arbitrary<QueryResult> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), zxid, data: bytes, stat }),
  fc.record({ kind: fc.constant('exists' as const), zxid, stat: fc.option(stat) }),
  fc.record({ kind: fc.constant('list' as const), zxid, names: fc.array(path), stat, more: fc.boolean() }),
  fc.record({ kind: fc.constant('session' as const), zxid, found: fc.boolean(), timeoutMs: u53, nextSequence: u53 }),
  fc.record(rejected),
)
