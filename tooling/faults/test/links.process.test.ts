import { afterEach, describe, expect, it } from 'vitest'
import { Reader, Recorder } from '../src/recorder.ts'
import { replicasOf } from '../src/replicas.ts'
import type { ServerProcess } from '../src/server-process.ts'
import { patient, TestCluster } from '../src/test-cluster.ts'

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

interface Setting {
  readonly cluster: TestCluster
  readonly recorder: Recorder
  readonly reader: Reader
  readonly leader: ServerProcess
  readonly followers: readonly [ServerProcess, ServerProcess]
}

/** A cluster whose servers reach each other through relays, under load. */
async function withLinks(): Promise<Setting> {
  const started = await TestCluster.start({ links: true, config: patient })
  cluster = started
  const recorder = await Recorder.start(await Promise.all([1, 2].map(() => started.connect({ sessionTimeoutMs: 60_000 }))))
  const reader = new Reader(await started.connect(), recorder)
  await recorder.more(50)
  const leader = await started.settled()
  const [a, b] = started.others(leader)
  if (a === undefined || b === undefined) throw new Error('three servers were expected')
  return { cluster: started, recorder, reader, leader, followers: [a, b] }
}

async function expectNothingLost({ cluster, recorder, reader }: Setting): Promise<void> {
  await recorder.stop()
  await reader.stop()
  expect(reader.faults).toEqual([])
  expect(reader.reads).toBeGreaterThan(0)
  expect(recorder.faults(await replicasOf(cluster))).toEqual([])
}

describe('a link that swallows packets and closes nothing', () => {
  it.each(['both directions', 'from the leader', 'to the leader'])(
    'between the leader and one follower, %s: the leader keeps leading, the follower catches up',
    async (which) => {
      const setting = await withLinks()
      const {
        cluster,
        recorder,
        leader,
        followers: [follower],
      } = setting
      const { epoch } = await leader.status()
      if (which !== 'to the leader') cluster.links.swallow(leader.id, follower.id)
      if (which !== 'from the leader') cluster.links.swallow(follower.id, leader.id)
      await cluster.until('the leader has given up the connection', async () => {
        const { servers } = await leader.status()
        return servers.some(({ id, connected }) => id === follower.id && !connected)
      })
      await recorder.more(200)
      expect(await leader.status()).toMatchObject({ role: 'leading', epoch })
      cluster.links.heal()
      await cluster.settled()
      expect(await leader.status()).toMatchObject({ role: 'leading', epoch })
      await expectNothingLost(setting)
    },
  )

  it.each(['both directions', 'from the leader', 'to the leader'])(
    'on both links of the leader, %s: another leads, and the old one follows when they heal',
    async (which) => {
      const setting = await withLinks()
      const { cluster, recorder, leader, followers } = setting
      const { epoch } = await leader.status()
      for (const follower of followers) {
        if (which !== 'to the leader') cluster.links.swallow(leader.id, follower.id)
        if (which !== 'from the leader') cluster.links.swallow(follower.id, leader.id)
      }
      const next = await cluster.settled(followers)
      expect((await next.status()).epoch).toBeGreaterThan(epoch)
      await cluster.until('the cut server leads no more', async () => (await leader.status()).role !== 'leading')
      await recorder.more(100)
      cluster.links.heal()
      await cluster.settled()
      await expectNothingLost(setting)
    },
  )

  it('among the followers (one link of three, as at Cloudflare in 2020): no epoch changes, work goes on, also when it heals', async () => {
    const setting = await withLinks()
    const {
      cluster,
      recorder,
      leader,
      followers: [a, b],
    } = setting
    const { epoch } = await leader.status()
    cluster.links.cut(a.id, b.id)
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      await cluster.until('both ends have given up the connection', async () => {
        const { servers } = await one.status()
        return servers.some(({ id, connected }) => id === other.id && !connected)
      })
    }
    await recorder.more(300)
    for (const server of cluster.servers) expect(await server.status()).toMatchObject({ leader: leader.id, epoch })
    cluster.links.heal()
    await cluster.until('both ends are connected again', async () => (await a.status()).servers.every(({ connected }) => connected))
    await recorder.more(50)
    for (const server of cluster.servers) expect(await server.status()).toMatchObject({ leader: leader.id, epoch })
    await expectNothingLost(setting)
  })
})
