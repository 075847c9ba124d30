import { encodeQuery } from '@synod/tree/commands'
import { decodeQueryResult } from '@synod/tree/commands'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Driver, nonceOf, text } from './driver.ts'

let driver: Driver
beforeEach(() => {
  driver = new Driver()
})

describe('get and exists', () => {
  it('answer with the applied position', () => {
    const { stat } = driver.create('/a', { data: text('x') })
    driver.append('epoch', text(''))
    const zxid = { epoch: 1, index: 2 }
    expect(driver.query({ kind: 'get', path: '/a' })).toEqual({ kind: 'get', zxid, data: text('x'), stat })
    expect(driver.query({ kind: 'exists', path: '/a' })).toEqual({ kind: 'exists', zxid, stat })
    expect(driver.query({ kind: 'exists', path: '/b' })).toEqual({ kind: 'exists', zxid, stat: null })
  })

  it('give values of every size back', () => {
    for (const size of [0, 1, 64, 65, 256, 257, 512, 513, 100_000]) {
      const data = new Uint8Array(size).map((_, at) => at * 7)
      driver.create(`/s${size}`, { data })
      driver.create(`/t${size}`, { data })
      expect(driver.query({ kind: 'get', path: `/s${size}` })).toMatchObject({ data })
    }
  })

  it('leave earlier answers alone', () => {
    driver.create('/a', { data: text('one') })
    const raw = driver.tree.query(encodeQuery({ kind: 'get', path: '/a' }))
    driver.do({ op: 'set', path: '/a', data: text('two') })
    for (let at = 0; at < 2_000; at += 1) driver.query({ kind: 'get', path: '/a' })
    expect(decodeQueryResult(raw)).toMatchObject({ ok: true, value: { data: text('one') } })
  })

  it('refuse what does not exist, is no path, or is no query', () => {
    expect(driver.query({ kind: 'get', path: '/a' })).toMatchObject({ kind: 'rejected', code: 'SYNOD_NO_NODE' })
    expect(driver.query({ kind: 'list', path: '/a', after: '', limit: 1 })).toMatchObject({ code: 'SYNOD_NO_NODE' })
    expect(driver.query({ kind: 'exists', path: 'a' })).toMatchObject({ code: 'SYNOD_INVALID_PATH' })
    expect(decodeQueryResult(driver.tree.query(text('garbage')))).toMatchObject({ ok: true, value: { code: 'SYNOD_BAD_FRAME' } })
  })
})

describe('list', () => {
  it('gives names in code unit order, in pages', () => {
    for (const name of ['b', 'a', 'Z', 'é', '😀', 'a0', '\uf900']) driver.create(`/${name}`)
    expect(driver.names('/')).toEqual(['Z', 'a', 'a0', 'b', 'é', '😀', '\uf900'])
    expect(driver.query({ kind: 'list', path: '/', after: 'a', limit: 2 })).toMatchObject({ names: ['a0', 'b'], more: true })
    expect(driver.query({ kind: 'list', path: '/', after: 'aa', limit: 9 })).toMatchObject({
      names: ['b', 'é', '😀', '\uf900'],
      more: false,
    })
    expect(driver.query({ kind: 'list', path: '/', after: '\uf900', limit: 9 })).toMatchObject({ names: [], more: false })
    expect(driver.query({ kind: 'list', path: '/a', after: '', limit: 9 })).toMatchObject({
      names: [],
      more: false,
      stat: { numChildren: 0 },
    })
  })

  it('gives at least one and at most 10000 names', () => {
    driver.run(Array.from({ length: 10_000 }, () => ({ op: 'create' as const, path: '/', sequential: true })))
    driver.create('/', { sequential: true })
    expect(driver.names('/', '', 0)).toEqual(['0000000000'])
    const page = driver.query({ kind: 'list', path: '/', after: '', limit: 1_000_000 })
    expect(page).toMatchObject({ more: true, names: { length: 10_000 } })
    expect(driver.names('/', '0000009999', 10)).toEqual(['0000010000'])
  })

  it('stops before an answer gets too long', () => {
    const long = 'x'.repeat(1000)
    driver.run(Array.from({ length: 600 }, () => ({ op: 'create' as const, path: `/${long}`, sequential: true })))
    const page = driver.query({ kind: 'list', path: '/', after: '', limit: 10_000 })
    expect(page).toMatchObject({ more: true })
    expect(page.kind === 'list' && page.names.length).toBe(519)
  })

  it('agrees with a sorted array, whatever is created and deleted', () => {
    const name = fc.integer({ min: 0, max: 3_000 }).map(String)
    fc.assert(
      fc.property(fc.array(name, { maxLength: 3_000, minLength: 1_000 }), fc.array(name, { maxLength: 20 }), (names, cursors) => {
        const fresh = new Driver()
        const model = new Set<string>()
        for (const [at, one] of names.entries()) {
          const exists = model.has(one)
          if (exists && at % 3 === 0) model.delete(one)
          else if (!exists) model.add(one)
          else continue
          fresh.run([exists ? { op: 'delete', path: `/${one}` } : { op: 'create', path: `/${one}` }])
        }
        const sorted = [...model].sort((a, b) => (a < b ? -1 : 1))
        expect(fresh.names('/', '', 10_000)).toEqual(sorted)
        for (const after of cursors) expect(fresh.names('/', after, 7)).toEqual(sorted.filter((one) => one > after).slice(0, 7))
      }),
      { numRuns: 10 },
    )
  })

  it('keeps up with 100000 children, made in order and taken from the front', () => {
    for (let round = 0; round < 10; round += 1) {
      driver.run(Array.from({ length: 10_000 }, () => ({ op: 'create' as const, path: '/', sequential: true })))
    }
    expect(driver.stat('/')?.numChildren).toBe(100_000)
    for (let number = 0; number < 10_000; number += 1) {
      const [first] = driver.names('/', '', 1)
      driver.run([{ op: 'delete', path: `/${first ?? ''}` }])
    }
    expect(driver.names('/', '', 2)).toEqual(['0000010000', '0000010001'])
    expect(driver.stat('/')?.numChildren).toBe(90_000)
  })
})

describe('session', () => {
  it('is found only with its nonce', () => {
    const session = driver.open('a', 5_000)
    driver.run([], session)
    const ask = (sessionId: number, nonce: Uint8Array) => driver.query({ kind: 'session', sessionId, nonce })
    expect(ask(session.id, nonceOf('a'))).toMatchObject({ found: true, timeoutMs: 5_000, nextSequence: 2 })
    expect(ask(session.id, nonceOf('b'))).toMatchObject({ found: false, timeoutMs: 0, nextSequence: 0 })
    expect(ask(session.id, new Uint8Array(0))).toMatchObject({ found: false })
    expect(ask(session.id + 1, nonceOf('a'))).toMatchObject({ found: false })
  })
})

describe('sizeEstimate', () => {
  it('comes back to where it was', () => {
    const empty = driver.tree.sizeEstimate
    const session = driver.open('a')
    driver.create('/a', { data: new Uint8Array(1000), ephemeral: true }, session)
    driver.do({ op: 'set', path: '/a', data: new Uint8Array(5000) }, session)
    expect(driver.tree.sizeEstimate).toBeGreaterThan(empty + 5000)
    driver.inSession(session, { kind: 'closeSession' })
    expect(driver.tree.sizeEstimate).toBe(empty)
  })
})
