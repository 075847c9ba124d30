import type { MultiOperation } from '@synod/interface/protocol'
import { valueBytesMax } from '@synod/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { Driver, refusal, text } from './driver.ts'

let driver: Driver
beforeEach(() => {
  driver = new Driver()
})

describe('create', () => {
  it('gives a new node the Stat of ZooKeeper', () => {
    const { path, stat } = driver.create('/a', { data: text('hello') })
    const zxid = { epoch: 1, index: 1 }
    expect(path).toBe('/a')
    expect(stat).toEqual({
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: driver.timeMs,
      mtime: driver.timeMs,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: 0,
      dataLength: 5,
      numChildren: 0,
    })
    expect(driver.stat('/a')).toEqual(stat)
  })

  it('counts in the parent: cversion, pzxid and numChildren, but no data version', () => {
    const before = driver.create('/a').stat
    driver.create('/a/b')
    expect(driver.stat('/a')).toEqual({ ...before, cversion: 1, numChildren: 1, pzxid: { epoch: 1, index: 2 } })
  })

  it('makes a bounded number of parents in one transaction: a short command is no huge entry', () => {
    const deep = (at: number): string => `/${at}${'/x'.repeat(500)}`
    const creates = (count: number): readonly MultiOperation[] =>
      Array.from({ length: count }, (_, at) => ({ op: 'create', path: deep(at), parents: true }))
    const refused = driver.run(creates(21))
    expect(refused).toMatchObject({ kind: 'rejected', code: 'SYNOD_TOO_LARGE', operation: 20 })
    expect(driver.stat('/')?.numChildren).toBe(0)
    expect(driver.run(creates(20)).kind).toBe('transaction')
  })

  it('keeps a copy of the data', () => {
    const payload = text('mine')
    driver.create('/a', { data: payload })
    driver.entries[0]?.payload.fill(0)
    expect(driver.query({ kind: 'get', path: '/a' })).toMatchObject({ data: payload })
  })

  it('refuses what exists, also the root', () => {
    driver.create('/a')
    expect(refusal(driver.run([{ op: 'create', path: '/a' }]))).toBe('SYNOD_NODE_EXISTS 0')
    expect(refusal(driver.run([{ op: 'create', path: '/' }]))).toBe('SYNOD_NODE_EXISTS 0')
  })

  it('refuses a missing parent, and makes it when asked', () => {
    expect(refusal(driver.run([{ op: 'create', path: '/a/b/c' }]))).toBe('SYNOD_NO_NODE 0')
    expect(driver.stat('/a')).toBeNull()
    driver.create('/a/b/c', { parents: true, data: text('leaf') })
    expect([driver.stat('/a')?.numChildren, driver.stat('/a/b')?.numChildren, driver.stat('/a/b/c')?.dataLength]).toEqual([1, 1, 4])
    driver.create('/a/b/d', { parents: true })
    expect(driver.names('/a/b')).toEqual(['c', 'd'])
  })

  it('refuses invalid paths and makes nothing of their parents', () => {
    for (const path of ['', 'a', '/a/', '/a//b', '/a/..', '/x\u0001']) {
      expect(refusal(driver.run([{ op: 'create', path, parents: true }]))).toBe('SYNOD_INVALID_PATH 0')
    }
    expect(driver.tree.nodeCount).toBe(1)
  })

  it('takes a value of the largest size, and refuses a larger one', () => {
    expect(driver.create('/a', { data: new Uint8Array(valueBytesMax) }).stat.dataLength).toBe(valueBytesMax)
    expect(refusal(driver.run([{ op: 'create', path: '/b', data: new Uint8Array(valueBytesMax + 1) }]))).toBe('SYNOD_TOO_LARGE 0')
    expect(refusal(driver.run([{ op: 'set', path: '/a', data: new Uint8Array(valueBytesMax + 1) }]))).toBe('SYNOD_TOO_LARGE 0')
    expect(driver.stat('/b')).toBeNull()
  })
})

describe('set', () => {
  it('changes data, version, mzxid and mtime, and nothing else', () => {
    const before = driver.create('/a', { data: text('one') }).stat
    const done = driver.do({ op: 'set', path: '/a', data: text('three'), version: 0 })
    const after = { ...before, version: 1, mzxid: { epoch: 1, index: 2 }, mtime: driver.timeMs, dataLength: 5 }
    expect(done).toEqual({ op: 'set', stat: after })
    expect(driver.query({ kind: 'get', path: '/a' })).toEqual({
      kind: 'get',
      zxid: driver.tree.appliedZxid,
      data: text('three'),
      stat: after,
    })
  })

  it('refuses another version, a missing node and what is no path', () => {
    driver.create('/a')
    const data = text('x')
    expect(refusal(driver.run([{ op: 'set', path: '/a', data, version: 1 }]))).toBe('SYNOD_BAD_VERSION 0')
    expect(refusal(driver.run([{ op: 'set', path: '/b', data }]))).toBe('SYNOD_NO_NODE 0')
    expect(refusal(driver.run([{ op: 'set', path: 'b', data }]))).toBe('SYNOD_INVALID_PATH 0')
    expect(driver.stat('/a')?.version).toBe(0)
  })

  it('works on the root', () => {
    expect(driver.do({ op: 'set', path: '/', data: text('root') })).toMatchObject({ stat: { version: 1, dataLength: 4 } })
  })
})

describe('delete', () => {
  it('removes the node and counts in the parent', () => {
    driver.create('/a/b', { parents: true })
    expect(driver.do({ op: 'delete', path: '/a/b', version: 0 })).toEqual({ op: 'delete' })
    expect(driver.stat('/a/b')).toBeNull()
    expect(driver.stat('/a')).toMatchObject({ cversion: 2, numChildren: 0, pzxid: { epoch: 1, index: 2 } })
  })

  it('refuses a node with children, another version, a missing node and the root', () => {
    driver.create('/a/b', { parents: true })
    expect(refusal(driver.run([{ op: 'delete', path: '/a' }]))).toBe('SYNOD_NOT_EMPTY 0')
    expect(refusal(driver.run([{ op: 'delete', path: '/a/b', version: 3 }]))).toBe('SYNOD_BAD_VERSION 0')
    expect(refusal(driver.run([{ op: 'delete', path: '/c' }]))).toBe('SYNOD_NO_NODE 0')
    driver.do({ op: 'delete', path: '/a/b' })
    driver.do({ op: 'delete', path: '/a' })
    expect(refusal(driver.run([{ op: 'delete', path: '/' }]))).toBe('SYNOD_INVALID_PATH 0')
  })

  it('starts a node of the same name anew', () => {
    driver.create('/a')
    driver.do({ op: 'set', path: '/a', data: text('x') })
    driver.do({ op: 'delete', path: '/a' })
    expect(driver.create('/a').stat).toMatchObject({ version: 0, czxid: { epoch: 1, index: 4 }, dataLength: 0 })
  })
})

describe('sequential nodes', () => {
  it('get ten digits of a counter that deleting does not move', () => {
    driver.create('/q')
    const first = driver.create('/q/n-', { sequential: true }).path
    expect(first).toBe('/q/n-0000000000')
    driver.do({ op: 'delete', path: first })
    expect(driver.create('/q/m-', { sequential: true }).path).toBe('/q/m-0000000001')
    driver.create('/q/plain')
    expect(driver.create('/q/', { sequential: true }).path).toBe('/q/0000000002')
    expect(driver.create('/', { sequential: true }).path).toBe('/0000000000')
  })

  it('skip a name that was made by hand', () => {
    driver.create('/q/n-0000000000', { parents: true })
    driver.create('/q/n-0000000001')
    expect(driver.create('/q/n-', { sequential: true }).path).toBe('/q/n-0000000002')
    driver.do({ op: 'delete', path: '/q/n-0000000000' })
    expect(driver.create('/q/n-', { sequential: true }).path).toBe('/q/n-0000000003')
  })

  it('can make their parent', () => {
    expect(driver.create('/q/r/n-', { sequential: true, parents: true }).path).toBe('/q/r/n-0000000000')
    expect(driver.create('/q/r/n-', { sequential: true, parents: true }).path).toBe('/q/r/n-0000000001')
  })

  it('count their digits to the length of the path', () => {
    expect(refusal(driver.run([{ op: 'create', path: `/${'x'.repeat(1014)}`, sequential: true }]))).toBe('SYNOD_INVALID_PATH 0')
    expect(driver.create(`/${'x'.repeat(1013)}`, { sequential: true }).path).toHaveLength(1024)
  })
})

describe('a transaction', () => {
  it('lets later operations see earlier ones, all at one zxid', () => {
    const done = driver.run([
      { op: 'create', path: '/a' },
      { op: 'create', path: '/a/b', data: text('x') },
      { op: 'check', path: '/a/b', version: 0 },
      { op: 'set', path: '/a/b', data: text('xy'), version: 0 },
      { op: 'delete', path: '/a/b', version: 1 },
      { op: 'create', path: '/a/c-', sequential: true },
    ])
    expect(done).toMatchObject({
      kind: 'transaction',
      results: [
        { op: 'create' },
        { op: 'create' },
        { op: 'check' },
        { op: 'set', stat: { version: 1 } },
        { op: 'delete' },
        { path: '/a/c-0000000000' },
      ],
    })
    expect(driver.stat('/a')).toMatchObject({ cversion: 3, numChildren: 1, czxid: { epoch: 1, index: 1 }, pzxid: { epoch: 1, index: 1 } })
  })

  it('does nothing when one is refused, and names it', () => {
    driver.create('/a/b', { parents: true, data: text('keep') })
    driver.create('/a/n-', { sequential: true })
    const before = {
      a: driver.stat('/a'),
      b: driver.query({ kind: 'get', path: '/a/b' }),
      names: driver.names('/a'),
      size: driver.tree.sizeEstimate,
    }
    const done = driver.run([
      { op: 'create', path: '/a/n-', sequential: true },
      { op: 'set', path: '/a/b', data: text('gone') },
      { op: 'delete', path: '/a/b' },
      { op: 'create', path: '/x/y/z', parents: true },
      { op: 'check', path: '/a', version: 7 },
    ])
    expect(refusal(done)).toBe('SYNOD_BAD_VERSION 4')
    const zxid = driver.tree.appliedZxid
    expect({
      a: driver.stat('/a'),
      b: driver.query({ kind: 'get', path: '/a/b' }),
      names: driver.names('/a'),
      size: driver.tree.sizeEstimate,
    }).toEqual({
      ...before,
      b: { ...before.b, zxid },
    })
    expect(driver.stat('/x')).toBeNull()
    expect(driver.create('/a/n-', { sequential: true }).path).toBe('/a/n-0000000001')
  })

  it('may be empty', () => {
    expect(driver.run([])).toEqual({ kind: 'transaction', results: [] })
  })

  it('that is malformed is a rejection like any other (S77)', () => {
    expect(driver.append('command', new Uint8Array([9, 9, 9])).length).toBeGreaterThan(0)
    expect(driver.tree.appliedZxid).toEqual({ epoch: 1, index: 1 })
  })
})

describe('apply', () => {
  it('takes entries that are no commands, and changes only its position', () => {
    driver.create('/a')
    expect(driver.append('epoch', text('config'))).toHaveLength(0)
    expect(driver.append('config', text('config'))).toHaveLength(0)
    expect(driver.tree.appliedZxid).toEqual({ epoch: 1, index: 3 })
    expect(driver.tree.nodeCount).toBe(2)
  })

  it('refuses an entry out of order', () => {
    const entry = { epoch: 1, index: 2, type: 'command' as const, timeMs: 0, payload: new Uint8Array(0) }
    expect(() => driver.tree.apply(entry)).toThrow(expect.objectContaining({ code: 'SYNOD_INVARIANT' }))
  })
})
