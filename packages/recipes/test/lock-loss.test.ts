import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import { FakeClient } from './fake-client.ts'
import type { UnknownOutcome } from './fake-client.ts'
import { FakeService } from './fake-service.ts'
import { idle, pendingCount, settled, until } from './waiting.ts'

const path = '/locks/invoice-42'

function setUp(): {
  readonly service: FakeService
  readonly client: FakeClient
  readonly lock: DistributedLock
  readonly other: DistributedLock
} {
  const service = new FakeService()
  const client = new FakeClient(service)
  return { service, client, lock: new DistributedLock(client, path), other: new DistributedLock(new FakeClient(service), path) }
}

describe('an abort while waiting', () => {
  it('rejects with the reason unchanged and gives up the place', async () => {
    const { lock, other } = setUp()
    const holder = await lock.acquire()
    const abort = new AbortController()
    const reason = { why: 'enough' }
    const waiting = other.acquire({ signal: abort.signal })
    await until(async () => (await pendingCount(lock)) === 1)
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await until(async () => (await pendingCount(lock)) === 0)
    expect(holder.held).toBe(true)
  })

  it('leaves nothing behind at any moment of the acquisition', async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      const { lock, other } = setUp()
      const holder = await lock.acquire()
      const abort = new AbortController()
      const waiting = other.acquire({ signal: abort.signal })
      waiting.catch(() => undefined)
      for (let step = 0; step < turn; step += 1) await Promise.resolve()
      abort.abort('stop')
      await expect(waiting).rejects.toBe('stop')
      await holder.release()
      await idle()
      expect(await lock.query()).toEqual({ held: [], pending: [] })
    }
  })

  it('asks for nothing when the signal was aborted before', async () => {
    const { service, lock } = setUp()
    await expect(lock.acquire({ signal: AbortSignal.abort('before') })).rejects.toBe('before')
    expect(service.counts).toMatchObject({ writes: 0, reads: 0 })
  })

  it('does not end a lock that is held', async () => {
    const { lock } = setUp()
    const abort = new AbortController()
    const handle = await lock.acquire({ signal: abort.signal })
    abort.abort()
    expect(handle.held).toBe(true)
  })
})

describe('the end of the session', () => {
  it('aborts the signal before the next one can hold the lock', async () => {
    const { service, client, lock, other } = setUp()
    const handle = await lock.acquire()
    const next = other.acquire()
    await until(async () => (await pendingCount(lock)) === 1)
    let heldAtAbort: boolean | null = null
    handle.signal.addEventListener('abort', () => {
      heldAtAbort = handle.held
    })
    client.loseSession()
    expect(heldAtAbort).toBe(false)
    expect(SynodError.is(handle.signal.reason, 'SYNOD_LOCK_LOST')).toBe(true)
    expect(await settled(next)).toBe(false)
    service.expire(client.session.id)
    expect((await next).fencingToken).toBeGreaterThan(handle.fencingToken)
    await handle.release()
  })

  it('is seen by assertHeld although a stall delays the signal, and the handle never becomes valid again', async () => {
    const { client, lock } = setUp()
    const handle = await lock.acquire()
    client.session.stall()
    expect(() => handle.assertHeld()).toThrowError(expect.objectContaining({ code: 'SYNOD_LOCK_LOST' }))
    expect(handle.signal.aborted).toBe(true)
    expect(handle.held).toBe(false)
  })

  it('ends a wait with SYNOD_SESSION_EXPIRED', async () => {
    const { client, lock, other } = setUp()
    await other.acquire()
    const waiting = lock.acquire()
    await until(async () => (await pendingCount(other)) === 1)
    client.loseSession()
    await expect(waiting).rejects.toMatchObject({ code: 'SYNOD_SESSION_EXPIRED' })
  })

  it('is checked once more after the wait: no lock for a session that ran out during it', async () => {
    const { client, lock, other } = setUp()
    const holder = await other.acquire()
    const waiting = lock.acquire()
    await until(async () => (await pendingCount(other)) === 1)
    client.session.stall()
    await holder.release()
    await expect(waiting).rejects.toMatchObject({ code: 'SYNOD_LOCK_LOST' })
  })
})

describe('a history that is gone', () => {
  it('is no release: the wait goes on while the node before is there', async () => {
    const { service, lock, other } = setUp()
    const holder = await other.acquire()
    const waiting = lock.acquire()
    await until(async () => (await pendingCount(other)) === 1)
    service.loseHistory(holder.path)
    expect(await settled(waiting)).toBe(false)
    await holder.release()
    expect((await waiting).held).toBe(true)
  })
})

describe('a contender that somebody deletes', () => {
  it('costs the holder its lock', async () => {
    const { service, lock, other } = setUp()
    const handle = await lock.acquire()
    await new FakeClient(service).delete(handle.path)
    await until(() => handle.signal.aborted)
    expect(SynodError.is(handle.signal.reason, 'SYNOD_LOCK_LOST')).toBe(true)
    expect((await other.acquire()).held).toBe(true)
  })

  it('ends its wait with SYNOD_LOCK_LOST', async () => {
    const { service, lock, other } = setUp()
    await other.acquire()
    const waiting = lock.acquire()
    await until(async () => (await pendingCount(other)) === 1)
    const [pending] = (await other.query()).pending
    await new FakeClient(service).delete(pending?.path ?? '')
    await expect(waiting).rejects.toMatchObject({ code: 'SYNOD_LOCK_LOST' })
  })
})

describe('a create with an unknown outcome', () => {
  for (const outcome of ['applied', 'dropped', 'late'] satisfies UnknownOutcome[]) {
    it(`(${outcome}) ends with exactly one contender`, async () => {
      const { client, lock } = setUp()
      await (await lock.acquire()).release()
      client.failNext('create', outcome)
      const handle = await lock.acquire()
      expect(handle.held).toBe(true)
      expect(await lock.query()).toEqual({ held: [{ path: handle.path, mode: 'exclusive' }], pending: [] })
    })
  }

  for (const outcome of ['applied', 'late'] satisfies UnknownOutcome[]) {
    it(`(${outcome}) leaves no ghost when nobody can tell for long whether there is one`, async () => {
      const { client, lock, other } = setUp()
      await (await lock.acquire()).release()
      client.failNext('create', outcome)
      for (let check = 0; check < 5; check += 1) client.failNext('check', 'dropped')
      await expect(lock.acquire()).rejects.toMatchObject({ code: 'SYNOD_OUTCOME_UNKNOWN' })
      await idle()
      expect(await other.query()).toEqual({ held: [], pending: [] })
    })
  }

  it('leaves no ghost when the caller gives up meanwhile', async () => {
    const { client, lock, other } = setUp()
    await (await lock.acquire()).release()
    client.failNext('create', 'late')
    const abort = new AbortController()
    const waiting = lock.acquire({ signal: abort.signal })
    abort.abort('stop')
    await expect(waiting).rejects.toBe('stop')
    await idle()
    expect(await other.query()).toEqual({ held: [], pending: [] })
  })
})

describe('a delete with an unknown outcome', () => {
  for (const outcome of ['applied', 'dropped', 'late'] satisfies UnknownOutcome[]) {
    it(`(${outcome}) frees the lock all the same`, async () => {
      const { client, lock, other } = setUp()
      const handle = await lock.acquire()
      client.failNext('delete', outcome)
      await handle.release()
      expect(await other.query()).toEqual({ held: [], pending: [] })
    })
  }
})
