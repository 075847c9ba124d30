import { afterEach, describe, expect, it } from 'vitest'
import { DirectClient } from '../src/direct-client.ts'
import { Reader, Recorder } from '../src/recorder.ts'
import { replicasOf } from '../src/replicas.ts'
import { patient, TestCluster } from '../src/test-cluster.ts'

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

describe('a leader that is stopped (SIGSTOP) under load', () => {
  it('another leads; resumed, it follows, loses nothing and answers no read from its past', async () => {
    const started = await TestCluster.start()
    cluster = started
    const clients = await Promise.all([1, 2, 3].map(() => started.connect({ sessionTimeoutMs: 60_000 })))
    const recorder = await Recorder.start(clients)
    const readers = [new Reader(await started.connect(), recorder), new Reader(await started.connect({ prefer: 'nearest' }), recorder)]
    await recorder.more(100)
    for (let round = 0; round < 3; round += 1) {
      const old = await started.settled()
      const { epoch } = await old.status()
      const direct = await DirectClient.to(old)
      old.signal('SIGSTOP')
      const next = await started.settled(started.others(old))
      expect(next.id).not.toBe(old.id)
      expect((await next.status()).epoch).toBeGreaterThan(epoch)
      await recorder.more(100)
      // These wait in the sockets of the stopped process: the first thing that it sees when it runs on, still believing that it leads.
      const late = recorder.keys.flatMap((key) =>
        Array.from({ length: 5 }, () => ({ floor: recorder.floor(key), answer: direct.text(key) })),
      )
      const settled = Promise.allSettled(late.map(({ answer }) => answer))
      old.signal('SIGCONT')
      for (const [index, answer] of (await settled).entries()) {
        const floor = late[index]?.floor ?? 0
        if (answer.status === 'fulfilled') expect(Number(answer.value)).toBeGreaterThanOrEqual(floor)
      }
      direct.close()
      await started.until('the old leader follows', async () => (await old.status()).role === 'following')
      await recorder.more(50)
    }
    await recorder.stop()
    for (const reader of readers) {
      await reader.stop()
      expect(reader.faults).toEqual([])
      expect(reader.reads).toBeGreaterThan(0)
    }
    expect(recorder.faults(await replicasOf(started))).toEqual([])
  })

  it('a follower that is stopped costs nothing but itself, and catches up', async () => {
    const started = await TestCluster.start({ config: patient })
    cluster = started
    const recorder = await Recorder.start(await Promise.all([1, 2].map(() => started.connect({ sessionTimeoutMs: 60_000 }))))
    const leader = await started.settled()
    const { epoch } = await leader.status()
    const [follower] = started.others(leader)
    follower?.signal('SIGSTOP')
    await recorder.more(300)
    follower?.signal('SIGCONT')
    await recorder.more(50)
    await recorder.stop()
    expect(recorder.faults(await replicasOf(started))).toEqual([])
    expect(await leader.status()).toMatchObject({ role: 'leading', epoch })
  })
})
