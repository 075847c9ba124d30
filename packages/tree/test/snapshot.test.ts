import { readFileSync, writeFileSync } from 'node:fs'
import { createTree } from '@synod/tree'
import { bytesToHex, hexToBytes } from '@synod/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Digest } from '../dist/digest.js'
import { Driver, nonceOf, snapshotOf, text } from './driver.ts'

const golden = new URL('../testdata/snapshot-v1.hex', import.meta.url)

/** A small state with something of everything in it. */
function sample(): Driver {
  const driver = new Driver()
  driver.append('epoch', text('config'))
  const session = driver.open('golden', 12_345)
  driver.do({ op: 'set', path: '/', data: text('root') })
  driver.create('/app/config', { parents: true, data: text('{"retries":3}') }, session)
  driver.create('/app/locks/n-', { parents: true, sequential: true, ephemeral: true }, session)
  driver.create('/app/é😀', { data: new Uint8Array([0, 255, 128]) })
  driver.send({ sessionId: session.id, sequence: 3, ackedBelow: 2 }, { kind: 'transaction', operations: [{ op: 'delete', path: '/none' }] })
  driver.do({ op: 'delete', path: '/app/config' })
  return driver
}

describe('a snapshot', () => {
  it('has the format of version 1', () => {
    const { tree } = sample()
    const bytes = snapshotOf(tree)
    if (process.env['SYNOD_WRITE_GOLDEN'] === '1') writeFileSync(golden, wrapped(bytesToHex(bytes)))
    expect(wrapped(bytesToHex(bytes))).toBe(readFileSync(golden, 'utf8'))
    const stored = hexToBytes(readFileSync(golden, 'utf8').replaceAll('\n', ''))
    if (!stored.ok) throw new Error(stored.reason)
    const restored = createTree()
    restored.restore(stored.value, tree.appliedZxid)
    expect(restored.hash()).toBe(tree.hash())
  })

  it('does not depend on how the state came about', () => {
    const [one, other] = [new Driver(), new Driver()]
    const operations = ['/b', '/a', '/c'].map((path) => ({ op: 'create' as const, path }))
    one.run(operations)
    other.run(operations.toReversed())
    expect(one.tree.hash()).toBe(other.tree.hash())
    expect(snapshotOf(one.tree)).toEqual(snapshotOf(other.tree))
  })

  it('carries sessions, de-duplication and counters', () => {
    const driver = sample()
    const copy = createTree()
    copy.restore(snapshotOf(driver.tree), driver.tree.appliedZxid)
    expect([...copy.sessions()]).toEqual([...driver.tree.sessions()])
    expect(copy.sizeEstimate).toBe(driver.tree.sizeEstimate)
    expect(copy.nodeCount).toBe(driver.tree.nodeCount)
    const id = [...driver.tree.sessions()][0]?.id ?? 0
    const repeat = { sessionId: id, sequence: 3, ackedBelow: 2 }
    const original = new Driver()
    original.tree.restore(snapshotOf(driver.tree), driver.tree.appliedZxid)
    expect(original.send(repeat, { kind: 'closeSession' })).toMatchObject({ kind: 'rejected', code: 'SYNOD_NO_NODE' })
    expect(original.create('/app/locks/n-', { sequential: true }).path).toBe('/app/locks/n-0000000001')
    expect(original.open('golden')).toMatchObject({ id })
    expect(original.query({ kind: 'session', sessionId: id, nonce: nonceOf('golden') })).toMatchObject({ found: true, nextSequence: 4 })
  })

  it('comes in chunks of bounded size', () => {
    const driver = new Driver()
    for (let at = 0; at < 3_000; at += 1) driver.create('/n-', { sequential: true, data: new Uint8Array(400) })
    const sizes = [...driver.tree.snapshot()].map((chunk) => chunk.length)
    expect(sizes.length).toBeGreaterThan(4)
    expect(Math.max(...sizes)).toBeLessThan(300_000)
    const copy = createTree()
    copy.restore(snapshotOf(driver.tree), driver.tree.appliedZxid)
    expect(copy.hash()).toBe(driver.tree.hash())
  })

  it('goes as deep as a path can', () => {
    const driver = new Driver()
    driver.create('/x'.repeat(512), { parents: true })
    const copy = createTree()
    copy.restore(snapshotOf(driver.tree), driver.tree.appliedZxid)
    expect(copy.nodeCount).toBe(513)
    expect(copy.hash()).toBe(driver.tree.hash())
  })
})

describe('restore', () => {
  const { tree } = sample()
  const good = snapshotOf(tree)
  const corrupt = expect.objectContaining({ code: 'SYNOD_STORAGE_CORRUPT' })

  it('refuses any changed, missing or added byte, and leaves the state as it is', () => {
    const driver = sample()
    driver.create('/mine')
    const before = driver.tree.hash()
    for (let at = 0; at < good.length; at += 1) {
      const bad = good.slice()
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8))
      expect(() => driver.tree.restore(bad, tree.appliedZxid)).toThrow(corrupt)
      expect(() => driver.tree.restore(good.subarray(0, at), tree.appliedZxid)).toThrow(corrupt)
    }
    expect(() => driver.tree.restore(new Uint8Array([...good, 0]), tree.appliedZxid)).toThrow(corrupt)
    expect(driver.tree.hash()).toBe(before)
    expect(driver.create('/n-', { sequential: true }).path).toBe('/n-0000000000')
  })

  it('refuses every body that no state has, also with a true digest', () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.nat(good.length - 9), fc.nat(255), (at, byte) => {
        const bytes = good.slice()
        bytes[at] = byte
        const digest = new Digest()
        digest.update(bytes.subarray(0, -8))
        bytes.set(digest.bytes(), bytes.length - 8)
        const target = createTree()
        try {
          target.restore(bytes, tree.appliedZxid)
        } catch (error) {
          expect(error).toEqual(corrupt)
          expect(target.nodeCount).toBe(1)
          return
        }
        accepted += 1
        expect(snapshotOf(target)).toEqual(bytes)
      }),
      { numRuns: 3_000 },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  it('refuses garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => createTree().restore(bytes, tree.appliedZxid)).toThrow(corrupt)
      }),
    )
  })

  it('refuses a snapshot of another position', () => {
    const { epoch, index } = tree.appliedZxid
    expect(() => createTree().restore(good, { epoch, index: index + 1 })).toThrow(corrupt)
    expect(() => createTree().restore(good, { epoch: epoch + 1, index })).toThrow(corrupt)
  })
})

function wrapped(hex: string): string {
  return `${hex.match(/.{1,100}/g)?.join('\n') ?? ''}\n`
}
