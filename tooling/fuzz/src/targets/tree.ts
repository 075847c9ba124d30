import { SynodError } from '@synod/interface'
import type { MultiOperation } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'
import {
  decodeCommandResult,
  decodeQueryResult,
  encodeCommand,
  encodeCommandResult,
  encodeQuery,
  encodeQueryResult,
} from '@synod/tree/commands'
import type { Command, Query } from '@synod/tree/commands'
import { decodeCommandEnvelope, encodeCommandEnvelope, utf8Encode } from '@synod/wire'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { inside, treeGrammars } from '../grammars.ts'
import { kindOf } from '../target.ts'
import type { Subject, Target } from '../target.ts'
import { codecSubject } from './frames.ts'

const paths = ['/', '/a', '/a/b', '/a/b/c', '/e', '/e/x', '/n', '/n-', '/missing/deep', 'a', '/a/', '/a//b', '']
const path = fc.constantFrom(...paths)
const data = fc.uint8Array({ maxLength: 30 })
const version = fc.option(fc.nat({ max: 2 }), { nil: undefined }).map((value) => (value === undefined ? {} : { version: value }))
const nonce = fc.oneof(fc.constant(utf8Encode('nonce-of-session')), fc.uint8Array({ minLength: 16, maxLength: 20 }))

/** Operations on the nodes that the tree has, or nearly. */
const operation: Arbitrary<MultiOperation> = fc.oneof(
  fc.record({ op: fc.constant('create' as const), path, data, ephemeral: fc.boolean(), sequential: fc.boolean(), parents: fc.boolean() }),
  fc.tuple(path, data, version).map(([at, value, more]) => ({ op: 'set' as const, path: at, data: value, ...more })),
  fc.tuple(path, version).map(([at, more]) => ({ op: 'delete' as const, path: at, ...more })),
  fc.tuple(path, version).map(([at, more]) => ({ op: 'check' as const, path: at, ...more })),
)

/** Commands that have a chance on that tree. */
export const likely: Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('openSession' as const), nonce, timeoutMs: fc.constantFrom(0, 4000, 10_000, Number.MAX_SAFE_INTEGER) }),
  fc.constant({ kind: 'closeSession' as const }),
  fc.record({ kind: fc.constant('expireSession' as const), sessionId: fc.nat({ max: 4 }), touchCount: fc.nat({ max: 8 }) }),
  fc.record({ kind: fc.constant('transaction' as const), operations: fc.array(operation, { maxLength: 5 }) }),
)

const epoch = 1
const timeMs = 1_700_000_000_000

export function apply(tree: Tree, payload: Uint8Array, type: 'command' | 'epoch' = 'command'): Uint8Array {
  return tree.apply({ epoch, index: tree.appliedZxid.index + 1, type, timeMs, payload })
}

export function command(sessionId: number, sequence: number, what: Command): Uint8Array {
  return encodeCommandEnvelope({ sessionId, sequence, ackedBelow: sequence, operation: encodeCommand(what) })
}

/** Two trees with a session and some nodes; `again` makes both as they were. */
class Twins {
  readonly tree: Tree = createTree()
  readonly twin: Tree = createTree()
  readonly snapshot: Uint8Array
  readonly sessionId: number

  constructor() {
    apply(this.tree, command(0, 0, { kind: 'openSession', nonce: utf8Encode('nonce-of-session'), timeoutMs: 10_000 }))
    this.sessionId = this.tree.appliedZxid.index
    const operations: MultiOperation[] = ['/a', '/a/b', '/n'].map((at) => ({ op: 'create', path: at, data: utf8Encode(at) }))
    operations.push({ op: 'create', path: '/e', ephemeral: true })
    apply(this.tree, command(this.sessionId, 1, { kind: 'transaction', operations }))
    this.snapshot = new Uint8Array(Buffer.concat([...this.tree.snapshot()]))
    this.again()
  }

  again(): void {
    const zxid = { epoch, index: 2 }
    this.tree.restore(this.snapshot, zxid)
    this.twin.restore(this.snapshot, zxid)
  }

  /** All nodes with their data and stats: what a refused command must not change. */
  nodes(): string {
    const seen: string[] = []
    const pending = ['/']
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const got = decodeQueryResult(this.tree.query(encodeQuery({ kind: 'get', path: at })))
      const list = decodeQueryResult(this.tree.query(encodeQuery({ kind: 'list', path: at, after: '', limit: 1000 })))
      if (!got.ok || got.value.kind !== 'get' || !list.ok || list.value.kind !== 'list') throw new Error(`${at} cannot be read`)
      seen.push(`${at} ${JSON.stringify(got.value.stat)} ${Buffer.from(got.value.data).toString('hex')}`)
      for (const name of list.value.names) pending.push(at === '/' ? `/${name}` : `${at}/${name}`)
    }
    return seen.join('\n')
  }
}

async function commandSubject(): Promise<Subject> {
  const { command: any } = await treeGrammars()
  const twins = new Twins()
  const before = twins.nodes()
  const { sessionId } = twins
  const envelope = fc.record({
    sessionId: fc.constantFrom(0, sessionId, sessionId, sessionId, 2, Number.MAX_SAFE_INTEGER),
    sequence: fc.constantFrom(0, 1, 2, 2, 2, 3, 70),
    ackedBelow: fc.constantFrom(0, 1, 2, 2, 3),
    operation: fc.oneof({ weight: 3, arbitrary: likely }, { weight: 1, arbitrary: any }).map(encodeCommand),
  })
  return {
    bytesFree: 4 * 1024 * 1024,
    bytesPerByte: 1024,
    grammar: envelope.map(encodeCommandEnvelope),
    run(input) {
      twins.again()
      const answer = apply(twins.tree, input).slice()
      const same = apply(twins.twin, input)
      if (Buffer.compare(answer, same) !== 0 || twins.tree.hash() !== twins.twin.hash()) throw new Error('two equal trees differ after it')
      const result = decodeCommandResult(answer)
      if (!result.ok) throw new Error(`its result cannot be read: ${result.reason}`)
      const { value } = result
      if (value.kind === 'session' || value.kind === 'closed') return value.kind
      if (value.kind === 'transaction')
        return `executed: ${value.results
          .map(({ op }) => op)
          .slice(0, 4)
          .join(' ')}`
      if (twins.nodes() !== before) throw new Error(`changed the nodes, though ${value.kind}`)
      const envelope = decodeCommandEnvelope(input)
      if (!envelope.ok || envelope.value.sessionId === 0) unchanged(twins)
      return value.kind === 'rejected' ? `${value.code} ${Math.min(value.operation, 3)} ${kindOf(value.message)}` : value.kind
    },
  }
}

/** A refused command of no session leaves what an entry without a command leaves: the position, and nothing else. */
function unchanged({ tree, twin, snapshot }: Twins): void {
  const hash = tree.hash()
  twin.restore(snapshot, { epoch, index: 2 })
  apply(twin, new Uint8Array(), 'epoch')
  if (hash !== twin.hash()) throw new Error('changed the state, though it was refused')
}

async function querySubject(): Promise<Subject> {
  const { query: any } = await treeGrammars()
  const twins = new Twins()
  const hash = twins.tree.hash()
  const query: Arbitrary<Query> = fc.oneof(
    any,
    fc.record({ kind: fc.constantFrom('get' as const, 'exists' as const), path }),
    fc.record({
      kind: fc.constant('list' as const),
      path,
      after: fc.constantFrom('', 'a', 'z'),
      limit: fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat()),
    }),
    fc.record({ kind: fc.constant('session' as const), sessionId: fc.constant(twins.sessionId), nonce }),
  )
  return {
    bytesFree: 1024 * 1024,
    bytesPerByte: 128,
    grammar: query.map(encodeQuery),
    run(input) {
      const answer = decodeQueryResult(twins.tree.query(input))
      if (!answer.ok) throw new Error(`its answer cannot be read: ${answer.reason}`)
      if (twins.tree.hash() !== hash) throw new Error('changed the state')
      return answer.value.kind === 'rejected' ? `${answer.value.code} ${kindOf(answer.value.message)}` : answer.value.kind
    },
  }
}

async function snapshotSubject(): Promise<Subject> {
  const twins = new Twins()
  const zxid = { epoch, index: 2 }
  const target = createTree()
  apply(target, command(0, 0, { kind: 'transaction', operations: [{ op: 'create', path: '/kept' }] }))
  const hash = target.hash()
  const { Digest } = (await inside(import.meta.resolve('@synod/tree'), 'digest.js')) as {
    Digest: new () => { update(bytes: Uint8Array): void; bytes(): Uint8Array }
  }
  const snapshots = fc.array(likely, { maxLength: 6 }).map((commands) => {
    twins.again()
    for (const [i, what] of commands.entries()) apply(twins.tree, command(twins.sessionId, 2 + i, what))
    return new Uint8Array(Buffer.concat([...twins.tree.snapshot()]))
  })
  return {
    bytesFree: 2 * 1024 * 1024,
    bytesPerByte: 128,
    grammar: snapshots,
    repair(input) {
      if (input.length < 8) return input
      const digest = new Digest()
      digest.update(input.subarray(0, -8))
      const repaired = input.slice()
      repaired.set(digest.bytes(), input.length - 8)
      return repaired
    },
    run(input) {
      const restored = createTree()
      try {
        restored.restore(input, positionOf(input) ?? zxid)
      } catch (error) {
        if (!SynodError.is(error, 'SYNOD_STORAGE_CORRUPT')) throw error
        try {
          target.restore(input, positionOf(input) ?? zxid)
        } catch {
          if (target.hash() !== hash) throw new Error('a refused snapshot changed the tree', { cause: error })
        }
        return `refused: ${kindOf(error.message)}`
      }
      const again = new Uint8Array(Buffer.concat([...restored.snapshot()]))
      if (Buffer.compare(again, input) !== 0) throw new Error('accepted bytes that are not the form of their state')
      return `accepted: ${Math.min(restored.nodeCount, 9)} nodes, ${restored.sessionCount} sessions`
    },
  }
}

/** The position that a snapshot says it is of, when it is the usual one: after the thirteen bytes of the head, two small numbers. */
function positionOf(bytes: Uint8Array): { epoch: number; index: number } | null {
  const [first = 0x80, second = 0x80] = bytes.subarray(13, 15)
  return first < 0x80 && second < 0x80 ? { epoch: first, index: second } : null
}

/** Commands, queries, their answers, and snapshots of the tree. */
export const treeTargets: readonly Target[] = [
  { name: 'command', weight: 8, make: commandSubject },
  { name: 'query', weight: 6, make: querySubject },
  { name: 'snapshot', weight: 8, make: snapshotSubject },
  {
    name: 'command-result',
    weight: 8,
    async make() {
      const { commandResult } = await treeGrammars()
      return codecSubject(commandResult, { encode: encodeCommandResult, decode: decodeCommandResult, parts: ({ kind }) => [kind] })
    },
  },
  {
    name: 'query-result',
    weight: 8,
    async make() {
      const { queryResult } = await treeGrammars()
      return codecSubject(queryResult, { encode: encodeQueryResult, decode: decodeQueryResult, parts: ({ kind }) => [kind] })
    },
  },
]
