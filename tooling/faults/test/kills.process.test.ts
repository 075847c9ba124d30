import { afterEach, describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { utf8Encode } from '@synod/wire'
import { DirectClient } from '../src/direct-client.ts'
import { Recorder } from '../src/recorder.ts'
import { replicasOf } from '../src/replicas.ts'
import { TestCluster } from '../src/test-cluster.ts'
import type { TestClusterOptions } from '../src/test-cluster.ts'

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

/** A cluster under load: four clients, each writing as fast as it is answered. */
async function underLoad(options: TestClusterOptions = {}): Promise<{ readonly cluster: TestCluster; readonly recorder: Recorder }> {
  const started = await TestCluster.start(options)
  cluster = started
  const clients = await Promise.all([1, 2, 3, 4].map(() => started.connect({ sessionTimeoutMs: 60_000 })))
  const recorder = await Recorder.start(clients)
  await recorder.more(100)
  return { cluster: started, recorder }
}

describe('servers that are killed under write load', () => {
  it('any one of them: the others go on, and when it is back it holds everything', async () => {
    const { cluster, recorder } = await underLoad()
    for (const victim of cluster.servers) {
      await victim.kill()
      await cluster.settled()
      await recorder.more(100)
      victim.start()
      await cluster.settled()
      await recorder.more(50)
    }
    await recorder.stop()
    expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  })

  it('the leader, again and again', async () => {
    const { cluster, recorder } = await underLoad({ program: 'composed' })
    for (let round = 0; round < 4; round += 1) {
      const leader = await cluster.settled()
      await leader.kill()
      const next = await cluster.settled()
      expect(next.id).not.toBe(leader.id)
      await recorder.more(50)
      leader.start()
      await cluster.settled()
    }
    await recorder.stop()
    expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  })

  it('all three at once: everything acknowledged is there when they are back', async () => {
    const { cluster, recorder } = await underLoad()
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(cluster.servers.map((server) => server.kill()))
      for (const server of cluster.servers) server.start()
      await cluster.settled()
      await recorder.more(50)
    }
    await recorder.stop()
    expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  })
})

describe('two of three servers that are killed at once', () => {
  it.each([
    ['the leader and a follower', 'follower'],
    ['both followers', 'leader'],
  ])('%s: nothing is acknowledged, stale reads go on, nothing is lost', async (_who, survives) => {
    const { cluster, recorder } = await underLoad({ config: { timings: { submitTimeoutMs: 500, readTimeoutMs: 500 } } })
    const leader = await cluster.settled()
    const survivor = survives === 'leader' ? leader : only(cluster.others(leader).slice(1))
    await Promise.all(cluster.others(survivor).map((server) => server.kill()))
    await cluster.until('the survivor knows that there is no leader', async () => (await survivor.status()).leader === null)
    const before = recorder.acknowledged
    const [key = ''] = recorder.keys
    const lonely = await DirectClient.to(survivor)
    const stale = await lonely.text(key, 'stale')
    expect(Number(stale)).toBeGreaterThan(0)
    await expect(lonely.text(key, 'linearizable')).rejects.toMatchObject({ code: 'SYNOD_NO_QUORUM' })
    await expect(lonely.openSession(new Uint8Array(16))).rejects.toMatchObject({ code: 'SYNOD_NO_QUORUM' })
    await expect(cluster.connect({ connectTimeoutMs: 1_000 }, [survivor])).rejects.toMatchObject({ code: 'SYNOD_NO_QUORUM' })
    expect(await lonely.text(key, 'stale')).toBe(stale)
    lonely.close()
    expect(recorder.acknowledged).toBe(before)

    for (const server of cluster.others(survivor)) server.start()
    await cluster.settled()
    await recorder.more(50)
    await recorder.stop()
    expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  })

  it('a write that was given up is applied afterwards only when its caller was told that it may be', async () => {
    const started = await TestCluster.start({ config: { timings: { submitTimeoutMs: 300 } } })
    cluster = started
    const client = await started.connect({ requestTimeoutMs: 1_000, sessionTimeoutMs: 60_000 })
    await client.create('/key', utf8Encode('kept'))
    const [survivor, ...rest] = started.servers
    await Promise.all(rest.map((server) => server.kill()))
    await started.until('the survivor knows that there is no leader', async () => (await survivor?.status())?.leader === null)
    const outcome: unknown = await client.set('/key', utf8Encode('given up')).catch((error: unknown) => error)
    expect(['SYNOD_NO_QUORUM', 'SYNOD_OUTCOME_UNKNOWN']).toContain(SynodError.is(outcome) ? outcome.code : outcome)
    for (const server of rest) server.start()
    await started.settled()
    await client.create('/after', utf8Encode('the session goes on'))
    const values = (await replicasOf(started)).map((contents) => contents.get('/key')?.value)
    const possible = SynodError.is(outcome, 'SYNOD_NO_QUORUM') ? ['kept'] : ['kept', 'given up']
    expect(possible).toContain(values[0])
    expect(values).toEqual(values.map(() => values[0]))
  })
})

function only<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined || list.length !== 1) throw new Error(`one was expected, not ${list.length}`)
  return first
}
