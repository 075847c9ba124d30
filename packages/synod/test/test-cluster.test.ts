import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import { startTestCluster } from 'synod/testing'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)

describe('startTestCluster', () => {
  it('has a leader when it resolves, and serves clients', async () => {
    await using cluster = await startTestCluster()
    const leader = await cluster.leader()
    expect(cluster.serverIds).toContain(leader)
    const client = cluster.client()
    await client.create('/a', bytes('1'))
    expect(text((await cluster.client().get('/a')).data)).toBe('1')
  })

  it('loses nothing when the leader is killed, and the killed server comes back', async () => {
    await using cluster = await startTestCluster()
    const client = cluster.client()
    await client.create('/a', bytes('1'))
    const killed = await cluster.kill('leader')
    await client.set('/a', bytes('2'))
    expect(await cluster.leader()).not.toBe(killed)
    await cluster.restart(killed)
    const other = await cluster.kill('leader')
    await cluster.leader()
    expect(other).not.toBe(killed)
    expect(text((await client.get('/a')).data)).toBe('2')
  })

  it('keeps a lock over the death of the leader', async () => {
    await using cluster = await startTestCluster()
    await using lock = await new DistributedLock(cluster.client(), '/locks/a').acquire()
    await cluster.kill('leader')
    const rival = cluster.client()
    expect(await new DistributedLock(rival, '/locks/a').acquire({ ifAvailable: true })).toBeNull()
    expect(lock.held).toBe(true)
  })

  it('elects another leader when the leader is cut off, and heals', async () => {
    await using cluster = await startTestCluster()
    const first = await cluster.leader()
    cluster.partition([first])
    const client = cluster.client()
    await client.create('/after', bytes(''))
    const second = await cluster.leader()
    expect(second).not.toBe(first)
    cluster.heal()
    expect((await client.exists('/after'))?.version).toBe(0)
  })

  it('keeps what a whole cluster had acknowledged', async () => {
    await using cluster = await startTestCluster()
    const client = cluster.client()
    await client.create('/kept', bytes('yes'))
    for (const id of cluster.serverIds) await cluster.kill(id)
    await Promise.all(cluster.serverIds.map((id) => cluster.restart(id)))
    expect(text((await cluster.client().get('/kept')).data)).toBe('yes')
  })

  it('is supported with one server', async () => {
    await using cluster = await startTestCluster({ servers: 1 })
    await cluster.client().create('/a', bytes(''))
    expect(await cluster.leader()).toBe(1)
  })

  it('names everything that is wrong', async () => {
    const wrong = { servers: 12, sevrers: 3 }
    const error: unknown = await startTestCluster(wrong).catch((reason: unknown) => reason)
    expect(SynodError.is(error, 'SYNOD_INVALID_CONFIG') && error.issues.map(({ path }) => path)).toEqual(['sevrers', 'servers'])
  })

  it('gives up for a reason, and refuses work after its end', async () => {
    const cluster = await startTestCluster()
    for (const id of [1, 2]) await cluster.kill(id)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(cluster.leader({ signal })).rejects.toThrow('enough')
    await cluster.close()
    await cluster.close()
    await expect(cluster.leader()).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
    expect(() => cluster.client()).toThrow('closed')
    await expect(cluster.kill(9)).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
  })
})
