import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import type { LockHandle } from '@synod/recipes/lock'
import { FakeClient } from './fake-client.ts'
import { FakeService } from './fake-service.ts'
import { pendingCount, settled, until } from './waiting.ts'

const path = '/locks/invoice-42'

function lockOf(service: FakeService): DistributedLock {
  return new DistributedLock(new FakeClient(service), path)
}

/** A client whose writes are refused at once while `full` says so: too many wait already. */
class FullClient extends FakeClient {
  full = 0

  override delete(...call: Parameters<FakeClient['delete']>): Promise<void> {
    if (this.full === 0) return super.delete(...call)
    this.full -= 1
    return Promise.reject(new SynodError('SYNOD_BUSY', 'too many writes wait', { retryable: true }))
  }
}

describe('an exclusive lock', () => {
  it('is given back although the client refuses writes for long, because too many wait', async () => {
    const service = new FakeService()
    const client = new FullClient(service)
    const handle = await new DistributedLock(client, path).acquire()
    client.full = 1_000
    await handle.release()
    expect((await lockOf(service).acquire({ ifAvailable: true }))?.held).toBe(true)
  })

  it('is not taken by a glance at a queue that came in several pieces', async () => {
    const service = new FakeService()
    const client = new FakeClient(service)
    const list = client.list.bind(client)
    let asked = 0
    client.list = async (...call) => {
      asked += 1
      return { ...(await list(...call)), more: asked === 1 }
    }
    const handle = await new DistributedLock(client, path).acquire()
    expect([handle.held, asked > 1]).toEqual([true, true])
  })

  it('is held by one at a time, in the order of the requests, with growing fencing tokens', async () => {
    const service = new FakeService()
    const order: number[] = []
    const tokens: bigint[] = []
    let holders = 0
    const run = async (worker: number): Promise<void> => {
      const handle = await lockOf(service).acquire()
      holders += 1
      expect(holders).toBe(1)
      expect(handle.held).toBe(true)
      order.push(worker)
      tokens.push(handle.fencingToken)
      await Promise.resolve()
      holders -= 1
      await handle.release()
    }
    await Promise.all(Array.from({ length: 30 }, (_, worker) => run(worker)))
    expect(order).toEqual(Array.from({ length: 30 }, (_, worker) => worker))
    expect(tokens).toEqual([...tokens].sort((a, b) => (a < b ? -1 : 1)))
    expect(new Set(tokens).size).toBe(30)
  })

  it('costs two writes, and reads only its own place, when nobody else wants it', async () => {
    const service = new FakeService()
    const lock = lockOf(service)
    await (await lock.acquire()).release()
    Object.assign(service.counts, { writes: 0, reads: 0 })
    await (await lock.acquire()).release()
    expect(service.counts).toMatchObject({ writes: 2, reads: 2 })
  })

  it('is not re-entrant: a second request of the same client waits', async () => {
    const lock = lockOf(new FakeService())
    const first = await lock.acquire()
    const second = lock.acquire()
    await until(async () => (await pendingCount(lock)) === 1)
    expect(await settled(second)).toBe(false)
    await first.release()
    expect((await second).held).toBe(true)
  })

  it('wakes one waiter per release, at a constant cost, with 200 waiting', async () => {
    const service = new FakeService()
    const query = lockOf(service)
    let handle = await lockOf(service).acquire()
    const waiting = Array.from({ length: 200 }, () => lockOf(service).acquire())
    await until(async () => (await pendingCount(query)) === 200)
    await until(() => Promise.resolve(service.counts.watches >= 401))
    for (const next of waiting.slice(0, 20)) {
      const before = { ...service.counts }
      await handle.release()
      handle = await next
      expect(service.counts.reads - before.reads).toBeLessThanOrEqual(1)
      expect(service.counts.events - before.events).toBeLessThanOrEqual(1)
      expect(service.counts.watches - before.watches).toBeLessThanOrEqual(1)
      expect(service.counts.writes - before.writes).toBe(1)
    }
    expect(await query.query()).toMatchObject({ held: [{ path: handle.path, mode: 'exclusive' }] })
  })

  it('orders contenders by number when the counter grows beyond ten digits', async () => {
    const service = new FakeService()
    const client = new FakeClient(service)
    await client.create(path, new Uint8Array(0), { parents: true })
    await client.create(`${path}/exclusive-${'a'.repeat(32)}-9999999999`, new Uint8Array(0))
    await client.create(`${path}/exclusive-${'0'.repeat(32)}-10000000000`, new Uint8Array(0))
    const { held, pending } = await lockOf(service).query()
    expect(held.map((info) => info.path.slice(-11))).toEqual(['-9999999999'])
    expect(pending.map((info) => info.path.slice(-11))).toEqual(['10000000000'])
  })

  it('takes no notice of children that are no contenders', async () => {
    const service = new FakeService()
    await new FakeClient(service).create(`${path}/readme`, new Uint8Array(0), { parents: true })
    expect((await lockOf(service).acquire()).held).toBe(true)
  })
})

describe('a shared lock', () => {
  it('is held by many, and waits only for the exclusive ones before it', async () => {
    const service = new FakeService()
    const acquire = (mode: 'shared' | 'exclusive'): Promise<LockHandle> => lockOf(service).acquire({ mode })
    const s1 = await acquire('shared')
    const s2 = await acquire('shared')
    const x3 = acquire('exclusive')
    await until(async () => (await pendingCount(lockOf(service))) === 1)
    const s4 = acquire('shared')
    const s5 = acquire('shared')
    await until(async () => (await pendingCount(lockOf(service))) === 3)
    await s1.release()
    expect(await settled(x3)).toBe(false)
    await s2.release()
    const writer = await x3
    expect(writer.mode).toBe('exclusive')
    expect([await settled(s4), await settled(s5)]).toEqual([false, false])
    await writer.release()
    const readers = [await s4, await s5]
    expect(readers.map((reader) => reader.held)).toEqual([true, true])
    expect(await lockOf(service).query()).toMatchObject({ held: [{ mode: 'shared' }, { mode: 'shared' }], pending: [] })
  })
})

describe('ifAvailable', () => {
  it('gives null, and writes nothing, while somebody holds the lock', async () => {
    const service = new FakeService()
    const holder = await lockOf(service).acquire()
    const { writes } = service.counts
    expect(await lockOf(service).acquire({ ifAvailable: true })).toBeNull()
    expect(service.counts.writes).toBe(writes)
    await holder.release()
    expect((await lockOf(service).acquire({ ifAvailable: true }))?.held).toBe(true)
  })

  it('gives a shared lock beside shared holders, and null behind an exclusive waiter', async () => {
    const service = new FakeService()
    await lockOf(service).acquire({ mode: 'shared' })
    expect(await lockOf(service).acquire({ mode: 'shared', ifAvailable: true })).not.toBeNull()
    void lockOf(service).acquire()
    await until(async () => (await pendingCount(lockOf(service))) === 1)
    expect(await lockOf(service).acquire({ mode: 'shared', ifAvailable: true })).toBeNull()
  })

  it('leaves no contender when two try at once and one comes too late', async () => {
    const service = new FakeService()
    const both = await Promise.all([lockOf(service).acquire({ ifAvailable: true }), lockOf(service).acquire({ ifAvailable: true })])
    expect(both.filter((handle) => handle !== null)).toHaveLength(1)
    expect((await lockOf(service).query()).pending).toEqual([])
  })
})

describe('release', () => {
  it('aborts the signal with SYNOD_STOPPED before anybody else holds the lock, and may be called again', async () => {
    const service = new FakeService()
    const handle = await lockOf(service).acquire()
    const next = lockOf(service).acquire()
    const releasing = handle.release()
    expect(handle.held).toBe(false)
    expect(SynodError.is(handle.signal.reason, 'SYNOD_STOPPED')).toBe(true)
    expect(() => handle.assertHeld()).toThrowError(expect.objectContaining({ code: 'SYNOD_LOCK_LOST' }))
    await releasing
    await handle.release()
    await handle[Symbol.asyncDispose]()
    expect((await next).held).toBe(true)
  })

  it('happens at the end of withLock; the error of the body comes out unchanged', async () => {
    const service = new FakeService()
    const lock = lockOf(service)
    const failure = new Error('body')
    await expect(lock.withLock({}, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(await lock.withLock({}, (handle) => handle.held)).toBe(true)
    expect(await lock.withLock({ ifAvailable: true }, (handle) => handle?.mode)).toBe('exclusive')
    expect(await lock.query()).toEqual({ held: [], pending: [] })
  })

  it('does not hide the error of the body when the session ended meanwhile', async () => {
    const service = new FakeService()
    const client = new FakeClient(service)
    const failure = new Error('body')
    const running = new DistributedLock(client, path).withLock({}, async () => {
      await client.close()
      throw failure
    })
    await expect(running).rejects.toBe(failure)
  })
})

describe('bad input', () => {
  it('is refused before anything is written', async () => {
    const service = new FakeService()
    for (const bad of ['', '/', 'locks/a', '/a/', '/a//b']) {
      expect(() => new DistributedLock(new FakeClient(service), bad)).toThrowError(expect.objectContaining({ code: 'SYNOD_INVALID_PATH' }))
    }
    const mode = 'upgradable' as 'shared'
    await expect(lockOf(service).acquire({ mode })).rejects.toThrowError(TypeError)
    expect(service.counts.writes).toBe(0)
  })
})
