import { afterEach, describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import { ManualClock, turns, until } from '../src/manual-clock.ts'
import { singleServer } from '../src/single-server.ts'
import type { SingleServer } from '../src/single-server.ts'

const path = '/locks/invoice-42'
const servers: SingleServer[] = []

function setUp(): { readonly clock: ManualClock; readonly server: SingleServer; readonly lockOf: () => DistributedLock } {
  const clock = new ManualClock()
  const server = singleServer(clock)
  servers.push(server)
  return { clock, server, lockOf: () => new DistributedLock(server.connect(), path) }
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const pendingCount = async (lock: DistributedLock): Promise<number> => (await lock.query()).pending.length

describe('a lock over real clients and the real tree', () => {
  it('is held by one of 30 clients at a time, first come first served, with growing tokens', async () => {
    const { lockOf } = setUp()
    const tokens: bigint[] = []
    let holders = 0
    await Promise.all(
      Array.from({ length: 30 }, () =>
        lockOf().withLock({}, async (handle) => {
          holders += 1
          expect(holders).toBe(1)
          tokens.push(handle.fencingToken)
          await turns(1)
          expect(handle.held).toBe(true)
          holders -= 1
        }),
      ),
    )
    expect(tokens).toHaveLength(30)
    expect(tokens).toEqual([...tokens].sort((a, b) => (a < b ? -1 : 1)))
  })

  it('costs two writes and one read when nobody else wants it', async () => {
    const { server, lockOf } = setUp()
    const lock = lockOf()
    await (await lock.acquire()).release()
    const before = { ...server.replica.requests }
    await (await lock.acquire()).release()
    expect(server.replica.requests.submits - before.submits).toBe(2)
    expect(server.replica.requests.reads - before.reads).toBe(1)
  })

  it('costs one write and one read per hand-over, with 200 waiting', async () => {
    const { server, lockOf } = setUp()
    const lock = lockOf()
    let handle = await lock.acquire()
    const waiting = Array.from({ length: 200 }, () => lockOf().acquire())
    await until(async () => (await pendingCount(lock)) === 200)
    await turns()
    for (const next of waiting.slice(0, 20)) {
      const before = { ...server.replica.requests }
      await handle.release()
      handle = await next
      await turns()
      expect(server.replica.requests.submits - before.submits).toBe(1)
      expect(server.replica.requests.reads - before.reads).toBeLessThanOrEqual(1)
    }
    for (const other of waiting) other.catch(() => undefined)
  })

  it('serves shared and exclusive holders in turn', async () => {
    const { lockOf } = setUp()
    const query = lockOf()
    const readers = [await lockOf().acquire({ mode: 'shared' }), await lockOf().acquire({ mode: 'shared' })]
    const writer = lockOf().acquire()
    await until(async () => (await pendingCount(query)) === 1)
    const late = lockOf().acquire({ mode: 'shared' })
    await until(async () => (await pendingCount(query)) === 2)
    expect(await lockOf().acquire({ mode: 'shared', ifAvailable: true })).toBeNull()
    for (const reader of readers) await reader.release()
    const held = await writer
    expect(await query.query()).toMatchObject({ held: [{ path: held.path, mode: 'exclusive' }], pending: [{ mode: 'shared' }] })
    await held.release()
    expect((await late).held).toBe(true)
  })

  it('is given up by an abort while waiting', async () => {
    const { lockOf } = setUp()
    const lock = lockOf()
    await lock.acquire()
    const abort = new AbortController()
    const waiting = lockOf().acquire({ signal: abort.signal })
    await until(async () => (await pendingCount(lock)) === 1)
    abort.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    await until(async () => (await pendingCount(lock)) === 0)
  })
})

describe('a holder that is cut off', () => {
  it('is told before its session can expire; then the next one holds, with a greater token', async () => {
    const { clock, server, lockOf } = setUp()
    const client = server.connect({ sessionTimeoutMs: 10_000 })
    const handle = await new DistributedLock(client, path).acquire()
    const next = lockOf().acquire()
    await until(async () => (await pendingCount(lockOf())) === 1)
    server.cutOff(client)
    expect(handle.held).toBe(true)
    await clock.advance(9_500)
    expect(SynodError.is(handle.signal.reason, 'SYNOD_LOCK_LOST')).toBe(true)
    expect(handle.held).toBe(false)
    server.replica.expire(client.session.id)
    expect((await next).fencingToken).toBeGreaterThan(handle.fencingToken)
    await handle.release()
  })

  it('that was stalled knows it at its next look, before any timer has run', async () => {
    const { clock, server } = setUp()
    const handle = await new DistributedLock(server.connect({ sessionTimeoutMs: 10_000 }), path).acquire()
    clock.stall(20_000)
    expect(() => handle.assertHeld()).toThrowError(expect.objectContaining({ code: 'SYNOD_LOCK_LOST' }))
    expect(handle.signal.aborted).toBe(true)
  })
})

describe('a server that does not answer', () => {
  it('leaves no ghost: the contender of an unknown outcome is found again', async () => {
    const { clock, server, lockOf } = setUp()
    const client = server.connect({ requestTimeoutMs: 1_000, sessionTimeoutMs: 60_000 })
    const lock = new DistributedLock(client, path)
    await (await lock.acquire()).release()
    server.replica.pause()
    const acquiring = lock.acquire()
    await clock.advance(1_500)
    server.replica.resume()
    const handle = await acquiring
    expect(await lockOf().query()).toEqual({ held: [{ path: handle.path, mode: 'exclusive' }], pending: [] })
  })

  it('keeps no contender of a caller that has given up', async () => {
    const { clock, server, lockOf } = setUp()
    const lock = new DistributedLock(server.connect({ requestTimeoutMs: 1_000, sessionTimeoutMs: 60_000 }), path)
    await (await lock.acquire()).release()
    server.replica.pause()
    const abort = new AbortController()
    const acquiring = lock.acquire({ signal: abort.signal })
    await turns()
    abort.abort('enough')
    await expect(acquiring).rejects.toBe('enough')
    await clock.advance(500)
    server.replica.resume()
    await turns()
    expect(await lockOf().query()).toEqual({ held: [], pending: [] })
  })
})
