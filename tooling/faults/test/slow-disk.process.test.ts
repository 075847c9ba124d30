import { afterEach, describe, expect, it } from 'vitest'
import { Reader, Recorder } from '../src/recorder.ts'
import { replicasOf } from '../src/replicas.ts'
import { patient, TestCluster } from '../src/test-cluster.ts'

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

async function underLoad(): Promise<{ readonly cluster: TestCluster; readonly recorder: Recorder; readonly reader: Reader }> {
  const started = await TestCluster.start({ program: 'composed', config: patient })
  cluster = started
  const recorder = await Recorder.start(await Promise.all([1, 2, 3].map(() => started.connect({ sessionTimeoutMs: 60_000 }))))
  const reader = new Reader(await started.connect(), recorder)
  await recorder.more(50)
  return { cluster: started, recorder, reader }
}

async function expectNothingLost({ cluster, recorder, reader }: Awaited<ReturnType<typeof underLoad>>): Promise<void> {
  await recorder.stop()
  await reader.stop()
  expect(reader.faults).toEqual([])
  expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  const reports = await Promise.all(cluster.servers.map((server) => server.ask()))
  expect(new Set(reports.map(({ hash }) => hash)).size).toBe(1)
}

describe('a slow disk', () => {
  it('of a follower: the others do not wait for it, the leader stays', async () => {
    const setting = await underLoad()
    const { cluster, recorder } = setting
    const leader = await cluster.settled()
    const { epoch } = await leader.status()
    const [slow] = cluster.others(leader)
    await slow?.ask({ appendDelayMs: 2_000 })
    // More writes one after the other than would fit if each waited for that disk.
    await recorder.more(300)
    expect(await leader.ask()).toMatchObject({ role: 'leading', epoch })
    await slow?.ask({ appendDelayMs: 0 })
    await recorder.more(20)
    await expectNothingLost(setting)
    expect(await leader.ask()).toMatchObject({ role: 'leading', epoch })
  })

  it('of the leader: it resigns, another leads, and it follows', async () => {
    const setting = await underLoad()
    const { cluster, recorder } = setting
    const slow = await cluster.settled()
    const { epoch } = await slow.status()
    await slow.ask({ appendDelayMs: 3_000 })
    const next = await cluster.until('another server leads', async () => {
      const { leader, role } = await slow.status()
      return role === 'following' && leader !== null && leader !== slow.id && cluster.server(leader)
    })
    expect((await next.status()).epoch).toBeGreaterThan(epoch)
    await recorder.more(200)
    expect(await next.ask()).toMatchObject({ role: 'leading', appendDelayMs: 0 })
    await slow.ask({ appendDelayMs: 0 })
    await recorder.more(20)
    await expectNothingLost(setting)
  })
})
