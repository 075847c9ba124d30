import { createTree } from '@synod/tree'
import { beforeEach, describe, expect, it } from 'vitest'
import { Driver, describeBatch, snapshotOf, text } from './driver.ts'

let driver: Driver
beforeEach(() => {
  driver = new Driver()
  driver.create('/a')
})

const data = text('x')

describe('what a watch sees', () => {
  it('data: created, changed and deleted of the node itself', () => {
    const { seen } = driver.watch('/a/b', 'data')
    driver.create('/a/b')
    driver.do({ op: 'set', path: '/a/b', data })
    driver.create('/a/b/c')
    driver.do({ op: 'set', path: '/a', data })
    driver.do({ op: 'delete', path: '/a/b/c' })
    driver.do({ op: 'delete', path: '/a/b' })
    expect(seen).toEqual(['2: created /a/b', '3: changed /a/b', '7: deleted /a/b'])
  })

  it('children: changes of the list, and that the node came or went', () => {
    const { seen } = driver.watch('/a', 'children')
    driver.create('/a/b')
    driver.do({ op: 'set', path: '/a/b', data })
    driver.do({ op: 'set', path: '/a', data })
    driver.create('/a/b/c')
    driver.do({ op: 'delete', path: '/a/b/c' })
    driver.do({ op: 'delete', path: '/a/b' })
    driver.do({ op: 'delete', path: '/a' })
    driver.create('/a')
    expect(seen).toEqual(['2: children /a', '7: children /a', '8: deleted /a', '9: created /a'])
  })

  it('recursive: everything at and below the node, and no neighbour', () => {
    const { seen } = driver.watch('/a', 'recursive')
    const all = driver.watch('/', 'recursive')
    driver.create('/a/b/c', { parents: true })
    driver.create('/ab')
    driver.do({ op: 'set', path: '/a', data })
    driver.do({ op: 'delete', path: '/a/b/c' })
    expect(seen).toEqual(['2: created /a/b, created /a/b/c', '4: changed /a', '5: deleted /a/b/c'])
    expect(all.seen).toEqual(['2: created /a/b, created /a/b/c', '3: created /ab', '4: changed /a', '5: deleted /a/b/c'])
  })

  it('gets all of one entry in one batch, and a parent’s `children` once', () => {
    const { seen } = driver.watch('/a', 'children')
    const below = driver.watch('/a', 'recursive')
    driver.run([
      { op: 'create', path: '/a/x' },
      { op: 'create', path: '/a/y' },
      { op: 'set', path: '/a/x', data },
      { op: 'delete', path: '/a/y' },
    ])
    expect(seen).toEqual(['2: children /a'])
    expect(below.seen).toEqual(['2: created /a/x, created /a/y, changed /a/x, deleted /a/y'])
  })

  it('gets the ephemeral nodes of an ended session in path order', () => {
    const session = driver.open('s')
    for (const name of ['c', 'a', 'b']) driver.create(`/a/${name}`, { ephemeral: true }, session)
    const { seen } = driver.watch('/', 'recursive')
    const list = driver.watch('/a', 'children')
    driver.inSession(session, { kind: 'closeSession' })
    expect(seen).toEqual(['6: deleted /a/a, deleted /a/b, deleted /a/c'])
    expect(list.seen).toEqual(['6: children /a'])
  })

  it('gets nothing of what was refused, rolled back or repeated', () => {
    const { seen } = driver.watch('/', 'recursive')
    const session = driver.open('s')
    driver.run([{ op: 'create', path: '/a' }])
    driver.run([
      { op: 'create', path: '/b' },
      { op: 'check', path: '/none' },
    ])
    const command = { kind: 'transaction' as const, operations: [{ op: 'create' as const, path: '/c' }] }
    driver.send({ sessionId: session.id, sequence: 1, ackedBelow: 1 }, command)
    driver.send({ sessionId: session.id, sequence: 1, ackedBelow: 1 }, command)
    expect(seen).toEqual(['5: created /c'])
  })
})

describe('resuming', () => {
  it('delivers what happened after `from`, then what comes, each once', () => {
    driver.create('/a/b')
    driver.do({ op: 'set', path: '/a/b', data })
    driver.do({ op: 'set', path: '/a', data })
    for (const from of [0, 1, 2, 3, 4]) {
      const { seen, close } = driver.watch('/a', 'recursive', from)
      const all = ['1: created /a', '2: created /a/b', '3: changed /a/b', '4: changed /a']
      expect(seen).toEqual(all.slice(from))
      close()
    }
    const { seen } = driver.watch('/a', 'data', 3)
    driver.do({ op: 'set', path: '/a', data })
    expect(seen).toEqual(['4: changed /a', '5: changed /a'])
  })

  it('replays exactly what a watch would have been told at the time', () => {
    const modes = ['data', 'children', 'recursive'] as const
    const paths = ['/', '/a', '/a/b', '/a/b/c', '/ab']
    const live = modes.flatMap((mode) => paths.map((path) => ({ mode, path, seen: driver.watch(path, mode, 0).seen })))
    driver.create('/a/b/c', { parents: true })
    driver.create('/ab')
    driver.run([
      { op: 'set', path: '/a/b', data },
      { op: 'delete', path: '/a/b/c' },
      { op: 'delete', path: '/a/b' },
      { op: 'create', path: '/a/b' },
    ])
    for (const { mode, path, seen } of live) expect(driver.watch(path, mode, 0).seen).toEqual(seen)
  })

  it('says `compacted` once and nothing else when the history is too short', () => {
    driver = new Driver({ historyEventsMax: 4 })
    for (const name of ['a', 'b', 'c']) driver.create(`/${name}`)
    expect(driver.tree.historyFloor).toBe(1)
    const { seen } = driver.watch('/', 'recursive', 0)
    driver.create('/d')
    expect(seen).toEqual(['compacted 1'])
    expect(driver.watch('/', 'recursive', 2).seen).toEqual(['3: created /c', '4: created /d'])
  })

  it('bounds the history by bytes as well, and can do without any', () => {
    driver = new Driver({ historyBytesMax: 2_000 })
    for (let at = 0; at < 100; at += 1) driver.create(`/${'x'.repeat(100)}${at}`)
    expect(driver.tree.historyFloor).toBeGreaterThan(90)
    driver = new Driver({ historyEventsMax: 0 })
    const { seen } = driver.watch('/a', 'data')
    driver.create('/a')
    expect(driver.tree.historyFloor).toBe(1)
    expect(seen).toEqual(['1: created /a'])
  })

  it('refuses to start after what is applied', () => {
    expect(() => driver.watch('/a', 'data', 2)).toThrow(RangeError)
    expect(() => driver.watch('/a', 'data', Number.NaN)).toThrow(RangeError)
  })
})

describe('after a snapshot was installed', () => {
  it('watches that are behind are told so, and the history starts there', () => {
    const ahead = new Driver()
    for (const name of ['a', 'b', 'c']) ahead.create(`/${name}`)
    const { seen } = driver.watch('/', 'recursive', 0)
    driver.tree.restore(snapshotOf(ahead.tree), ahead.tree.appliedZxid)
    driver.create('/d')
    expect(seen).toEqual(['1: created /a', 'compacted 3'])
    expect(driver.tree.historyFloor).toBe(3)
    expect(driver.watch('/', 'recursive', 2).seen).toEqual(['compacted 3'])
    expect(driver.watch('/', 'recursive', 3).seen).toEqual(['4: created /d'])
  })

  it('of the same position, watches go on', () => {
    const { seen } = driver.watch('/', 'recursive')
    driver.tree.restore(snapshotOf(driver.tree), driver.tree.appliedZxid)
    driver.create('/b')
    expect(seen).toEqual(['2: created /b'])
  })

  it('of an earlier position, nothing is told twice', () => {
    const early = snapshotOf(driver.tree)
    const zxid = driver.tree.appliedZxid
    const { seen } = driver.watch('/', 'recursive')
    driver.create('/b')
    driver.tree.restore(early, zxid)
    driver.create('/b')
    driver.create('/c')
    expect(seen).toEqual(['2: created /b', '3: created /c'])
  })
})

describe('subscribers', () => {
  it('may end any watch and set new ones while they are told', () => {
    const seen: string[] = []
    const closers: (() => void)[] = []
    closers.push(
      driver.tree.subscribe({ path: '/a', mode: 'data', from: 1 }, () => {
        for (const close of closers) close()
        driver.tree.subscribe({ path: '/a', mode: 'data', from: 1 }, (batch) => seen.push(`new ${describeBatch(batch)}`))
      }),
      driver.tree.subscribe({ path: '/a', mode: 'data', from: 1 }, (batch) => seen.push(`old ${describeBatch(batch)}`)),
    )
    driver.do({ op: 'set', path: '/a', data })
    expect(seen).toEqual(['new 2: changed /a'])
    driver.do({ op: 'set', path: '/a', data })
    expect(seen).toEqual(['new 2: changed /a', 'new 3: changed /a'])
  })

  it('that throw cost nobody else an event', () => {
    const failure = new Error('broken subscriber')
    driver.tree.subscribe({ path: '/a', mode: 'data', from: 1 }, () => {
      throw failure
    })
    const { seen } = driver.watch('/a', 'data')
    expect(() => driver.do({ op: 'set', path: '/a', data })).toThrow(failure)
    expect(seen).toEqual(['2: changed /a'])
    expect(driver.stat('/a')?.version).toBe(1)
  })

  it('get nothing after they have left, and may leave twice', () => {
    const { seen, close } = driver.watch('/a', 'recursive')
    close()
    close()
    driver.do({ op: 'set', path: '/a', data })
    expect(seen).toEqual([])
  })
})

describe('options', () => {
  it('are refused all at once, with the numbers', () => {
    const options = { historyEventsMax: -1, historyBytes: 3 }
    const error = {
      code: 'SYNOD_INVALID_CONFIG',
      issues: [{ path: 'historyEventsMax' }, { path: 'historyBytes' }],
    }
    expect(() => createTree(options)).toThrow(expect.objectContaining({ message: expect.stringContaining('-1') }))
    try {
      createTree(options)
    } catch (thrown) {
      expect(thrown).toMatchObject(error)
    }
  })
})
