import { SynodError } from '@synod/interface'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Cluster, put, read } from './support/cluster.ts'
import { until } from './support/environment.ts'
import { KvMachine } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  vi.restoreAllMocks()
  await cluster.stop()
})

const often = { snapshotLogBytesMin: 4096, snapshotLogEntriesMax: 20, keepEntries: 5 }

describe('snapshots', () => {
  it('are taken when the log has grown, and make it shorter', async () => {
    cluster = new Cluster(1, often)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 100; at += 1) await put(leader, `k${at}`, String(at))
    await leader.replica.stop()
    const opened = await leader.storage.open({ clusterName: 'default', id: 1 })
    await leader.storage.close()
    expect(opened.batches[0]?.sequence).toBeGreaterThan(50)
    expect(opened.snapshots.length).toBeGreaterThan(0)
    expect(opened.snapshots.length).toBeLessThanOrEqual(2)
  })

  it('bring a restarted server back to the same state', async () => {
    cluster = new Cluster(1, often)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 100; at += 1) await put(leader, `k${at}`, String(at))
    const before = leader.machine.hash()
    await cluster.crash(1)
    await cluster.restart(1)
    await cluster.leader()
    expect((await read(leader)).ok).toBe(true)
    expect(leader.machine.restored).toBe(1)
    expect(leader.machine.hash()).toBe(before)
    await put(leader, 'after', '1')
    await cluster.crash(1)
    await cluster.restart(1)
    expect((await read(await cluster.leader())).ok).toBe(true)
    expect(leader.machine.get('after')).toBe('1')
  })

  it('bring a server up to date that lags behind the beginning of the log', async () => {
    cluster = new Cluster(3, often)
    await cluster.start()
    await cluster.leader()
    const lagging = await cluster.follower()
    await cluster.crash(lagging.id)
    const rest = [1, 2, 3].filter((id) => id !== lagging.id)
    const leader = await cluster.leader(rest)
    for (let at = 0; at < 200; at += 1) await put(leader, `k${at}`, 'x'.repeat(100))
    await cluster.restart(lagging.id)
    await cluster.leader()
    await cluster.converged()
    expect(lagging.machine.restored).toBe(1)
    expect(lagging.machine.hash()).toBe(leader.machine.hash())
    await cluster.crash(lagging.id)
    await cluster.restart(lagging.id)
    await cluster.leader()
    await cluster.converged()
    expect(lagging.machine.hash()).toBe(leader.machine.hash())
  })

  it('of no bytes travel, too', async () => {
    vi.spyOn(KvMachine.prototype, 'snapshot').mockImplementation(() => [])
    vi.spyOn(KvMachine.prototype, 'restore').mockImplementation(function (this: KvMachine, bytes, zxid) {
      expect(bytes.length).toBe(0)
      this.appliedZxid = zxid
      this.restored += 1
    })
    cluster = new Cluster(3, often)
    await cluster.start()
    await cluster.leader()
    const lagging = await cluster.follower()
    await cluster.crash(lagging.id)
    const leader = await cluster.leader([1, 2, 3].filter((id) => id !== lagging.id))
    for (let at = 0; at < 60; at += 1) await put(leader, `k${at}`, 'x'.repeat(100))
    await cluster.restart(lagging.id)
    await cluster.leader()
    await cluster.converged()
    expect(lagging.machine.restored).toBe(1)
  })

  it('larger than a chunk travel in pieces', async () => {
    cluster = new Cluster(3, { ...often, chunkBytesMax: 1024 })
    await cluster.start()
    await cluster.leader()
    const lagging = await cluster.follower()
    await cluster.crash(lagging.id)
    const leader = await cluster.leader([1, 2, 3].filter((id) => id !== lagging.id))
    for (let at = 0; at < 60; at += 1) await put(leader, `k${at}`, 'x'.repeat(500))
    await cluster.restart(lagging.id)
    await cluster.leader()
    await cluster.converged()
    expect(lagging.machine.hash()).toBe(leader.machine.hash())
  })
})

describe('a store that is not what it was', () => {
  const damaged = async (change: (bytes: Uint8Array) => void): Promise<unknown> => {
    cluster = new Cluster(1)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 10; at += 1) await put(leader, 'k', String(at))
    await cluster.crash(1)
    const { storage } = leader
    const open = storage.open.bind(storage)
    storage.open = async (owner) => {
      const opened = await open(owner)
      const batch = opened.batches[3]
      if (batch !== undefined) change(batch.bytes)
      return opened
    }
    return cluster.restart(1).then(
      () => null,
      (error: unknown) => error,
    )
  }

  it('is refused with the batch and a way out, and closed again', async () => {
    const error = await damaged((bytes) => {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    })
    expect(SynodError.is(error, 'SYNOD_STORAGE_CORRUPT')).toBe(true)
    expect(String(error)).toMatch(/batch 4.*checksum.*Nothing was changed/)
  })

  it('is refused when it belongs to another server or cluster', async () => {
    cluster = new Cluster(1)
    await cluster.start()
    await cluster.leader()
    await cluster.crash(1)
    const { storage } = cluster.server(1)
    const open = storage.open.bind(storage)
    storage.open = () => open({ clusterName: 'default', id: 1 })
    const foreign = cluster.again(1, { cluster: 'other' })
    await expect(foreign.start()).rejects.toSatisfy(
      (error) => SynodError.is(error, 'SYNOD_STORAGE_FOREIGN') && /cluster 'default'/.test(error.message),
    )
  })

  it('is refused when the snapshot it begins with is damaged', async () => {
    cluster = new Cluster(1, often)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 50; at += 1) await put(leader, `k${at}`, String(at))
    await cluster.crash(1)
    const { storage } = leader
    const get = storage.getSnapshotChunk.bind(storage)
    storage.getSnapshotChunk = async (id, offset, maxBytes) => (await get(id, offset, maxBytes)).map((byte) => byte ^ 1)
    await expect(cluster.restart(1)).rejects.toSatisfy(
      (error) => SynodError.is(error, 'SYNOD_STORAGE_CORRUPT') && /sha256/.test(error.message),
    )
    await until(() => leader.replica.status().stopped)
  })
})
