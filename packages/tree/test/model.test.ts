import type { MultiOperation } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import type { Tree } from '@synod/tree'
import type { Command, CommandResult } from '@synod/tree/commands'
import { utf8Encode } from '@synod/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Driver, nonceOf, snapshotOf } from './driver.ts'
import { Model } from './model.ts'

/** A step in terms of what exists when it is executed: the n-th last session opened, and a sequence near its next. */
interface Step {
  readonly session: number
  /** Added to the next sequence: 0 the next, −1 a repetition, 2 a gap. */
  readonly skew: number
  /** How far the acknowledgement is behind the sequence. */
  readonly lag: number
  readonly command: Command
}

const path = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('/a', '/a/x', '/a/x', '/a/y', '/a/n-', '/a/n-0000000001') },
  { weight: 1, arbitrary: fc.constantFrom('/', '/b', '/a/', '/a/x/1', 'bad', '/a//b') },
)
const data = fc.constantFrom('', 'one', 'two').map(utf8Encode)
const version = fc.constantFrom({}, {}, {}, {}, {}, { version: 0 }, { version: 1 })
const seldom = fc.constantFrom(true, false, false, false)
const often = fc.constantFrom(true, true, true, false)

const operation: fc.Arbitrary<MultiOperation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('create' as const), path, data, ephemeral: seldom, sequential: seldom, parents: often }),
  },
  { weight: 3, arbitrary: fc.tuple(path, data, version).map(([path, data, version]) => ({ op: 'set' as const, path, data, ...version })) },
  { weight: 2, arbitrary: fc.tuple(path, version).map(([path, version]) => ({ op: 'delete' as const, path, ...version })) },
  { weight: 1, arbitrary: fc.tuple(path, version).map(([path, version]) => ({ op: 'check' as const, path, ...version })) },
)

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('p', 'q', 'r').map((name) => ({ kind: 'openSession' as const, nonce: nonceOf(name), timeoutMs: 5_000 })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'closeSession' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('expireSession' as const), sessionId: fc.nat(3), touchCount: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 40,
    arbitrary: fc
      .oneof(fc.tuple(operation), fc.array(operation, { minLength: 1, maxLength: 4 }))
      .map((operations) => ({ kind: 'transaction' as const, operations })),
  },
)

const step: fc.Arbitrary<Step> = fc.record({
  session: fc.constantFrom(0, 1, 1, 1, 2, 3),
  skew: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, -1, -2, 1),
  lag: fc.constantFrom(0, 1, 3),
  command,
})

/** Long enough for nodes and sessions to come, be used and go again. */
const steps = fc.array(step, { minLength: 1, maxLength: 80, size: 'max' })

describe('a tree fed with random commands', () => {
  it('does what the model does: same results, same state', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const { driver, model } = play(steps)
        expect(driver.tree.nodeCount).toBe(model.nodes.size)
        for (const [path, node] of model.nodes) expectSame(driver, { model, path, node })
        const paths = [...model.nodes.keys()]
        for (const path of paths) {
          const operations = [{ op: 'create' as const, path: path === '/' ? path : `${path}/`, sequential: true }]
          const probe: Command = { kind: 'transaction', operations }
          expect(describeResult(driver.send({}, probe))).toBe(model.apply({ sessionId: 0, sequence: 0, ackedBelow: 0 }, probe))
        }
        expect([...driver.tree.sessions()].map(({ id, touchCount }) => [id, touchCount])).toEqual(
          [...model.sessions].map(([id, { touches }]) => [id, touches]),
        )
      }),
      { numRuns: 400 },
    )
  })

  it('has the same hash as every replica that was fed the same entries (I6b)', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const { driver } = play(steps)
        const replica = createTree()
        for (const entry of driver.entries) replica.apply(entry)
        expect(replica.hash()).toBe(driver.tree.hash())
        expect(replica.sizeEstimate).toBe(driver.tree.sizeEstimate)
      }),
      { numRuns: 100 },
    )
  })

  it('is the same after a snapshot at any point as after a replay (I12)', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (steps, cut) => {
        const { driver } = play(steps)
        const at = cut % driver.entries.length
        const source = createTree()
        for (const entry of driver.entries.slice(0, at)) source.apply(entry)
        const copy = createTree()
        copy.restore(snapshotOf(source), source.appliedZxid)
        expect(copy.hash()).toBe(source.hash())
        expect(copy.sizeEstimate).toBe(source.sizeEstimate)
        expect([...copy.sessions()]).toEqual([...source.sessions()])
        for (const entry of driver.entries.slice(at)) expect(copy.apply(entry)).toEqual(source.apply(entry))
        expect(copy.hash()).toBe(driver.tree.hash())
        expect(probeCounters(copy)).toEqual(probeCounters(driver.tree))
      }),
      { numRuns: 150 },
    )
  })

  it('tells watches exactly what turns one state into the next', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const driver = new Driver()
        const alive = new Set(['/'])
        driver.tree.subscribe({ path: '/', mode: 'recursive', from: 0 }, (batch) => {
          if (batch.kind === 'compacted') throw new Error('the history is too short')
          for (const { type, path } of batch.events) {
            expect(alive.has(path)).toBe(type !== 'created')
            if (type === 'created') alive.add(path)
            if (type === 'deleted') alive.delete(path)
          }
        })
        const { model } = play(steps, driver)
        expect([...alive].sort()).toEqual([...model.nodes.keys()].sort())
      }),
      { numRuns: 100 },
    )
  })
})

/** Plays the steps into a tree and the model, and compares every result. */
function play(steps: readonly Step[], driver = new Driver()): { driver: Driver; model: Model } {
  const model = new Model()
  const opened: number[] = []
  const first: Step = { session: 0, skew: 0, lag: 0, command: { kind: 'openSession', nonce: nonceOf('p'), timeoutMs: 5_000 } }
  for (const { session, skew, lag, command } of [first, ...steps]) {
    const id = command.kind === 'openSession' || session === 0 ? 0 : (opened.at(-session) ?? 0)
    const sequence = id === 0 ? 0 : Math.max(0, (model.sessions.get(id)?.next ?? 1) + skew)
    const envelope = { sessionId: id, sequence, ackedBelow: Math.max(0, sequence - lag) }
    const result = driver.send(envelope, command)
    expect(describeResult(result)).toBe(model.apply(envelope, command))
    if (result.kind === 'session' && !opened.includes(result.sessionId)) opened.push(result.sessionId)
  }
  return { driver, model }
}

/** What the next sequential child of every node that can have one would be called. */
function probeCounters(tree: Tree): string[] {
  const paths = ['/', '/a/', '/a/x/', '/a/y/', '/b/']
  const driver = new Driver()
  driver.tree.restore(snapshotOf(tree), tree.appliedZxid)
  return paths.map((path) => describeResult(driver.run([{ op: 'create', path, sequential: true }])))
}

function expectSame(
  driver: Driver,
  { model, path, node }: { model: Model; path: string; node: Model['nodes'] extends Map<string, infer N> ? N : never },
): void {
  const names = model.children(path)
  expect(driver.names(path)).toEqual(names)
  const answer = driver.query({ kind: 'get', path })
  if (answer.kind !== 'get') throw new Error(`${path} is missing`)
  const { stat } = answer
  expect(String(answer.data)).toBe(node.data)
  expect([stat.version, stat.cversion, stat.ephemeralOwner, stat.numChildren]).toEqual([
    node.version,
    node.cversion,
    node.owner,
    names.length,
  ])
  expect([stat.czxid.index, stat.mzxid.index, stat.pzxid.index]).toEqual([node.czxid, node.mzxid, node.pzxid])
}

function describeResult(result: CommandResult): string {
  switch (result.kind) {
    case 'session':
      return `session ${result.sessionId}`
    case 'closed':
    case 'stale':
      return result.kind
    case 'rejected':
      return `${result.code} ${result.operation}`
    case 'gap':
      return `gap ${result.nextSequence}`
    case 'window':
      return `window ${result.ackedBelow}`
    case 'transaction':
      return result.results
        .map((one) => (one.op === 'create' ? `create ${one.path}` : one.op === 'set' ? `set ${one.stat.version}` : one.op))
        .join(', ')
  }
}
