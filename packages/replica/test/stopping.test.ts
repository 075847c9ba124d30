import { SynodError } from '@synod/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, put, read, submit, touch } from './support/cluster.ts'
import { until } from './support/environment.ts'
import { kvSet } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

describe('a graceful stop', () => {
  it('resigns: another leads before anybody suspects the one that goes', async () => {
    cluster = new Cluster(3, { suspicionTimeoutMinMs: 5_000, suspicionTimeoutMaxMs: 10_000 })
    await cluster.start()
    const leader = await cluster.leader()
    const strengths: string[] = []
    leader.replica.on('role:change', (change) => {
      strengths.push(change.strength)
    })
    await leader.replica.stop()
    expect(strengths[0]).toBe('none')
    const next = await cluster.leader([1, 2, 3].filter((id) => id !== leader.id))
    await put(next, 'k', 'v')
    expect(leader.replica.status().stopped).toBe(true)
    expect(leader.replica.halted).toBe(null)
  })

  it('waits for the commands that are on their way', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const follower = await cluster.follower()
    const sent = submit(follower, kvSet('k', 'v'))
    const [outcome] = await Promise.all([sent, follower.replica.stop()])
    expect(outcome.ok).toBe(true)
  })

  it('of all servers at once ends whatever is on its way, and answers it', async () => {
    cluster = new Cluster(3, { stopTimeoutMs: 600_000, submitTimeoutMs: 600_000 })
    await cluster.start()
    const leader = await cluster.leader()
    const [follower] = [...cluster.servers.values()].filter((server) => server !== leader)
    const [a, b] = [leader, follower].map((server) => server && submit(server, kvSet('k', 'v')))
    const servers = [...cluster.servers.values()]
    await Promise.all(servers.map(({ replica }) => replica.stop()))
    for (const outcome of await Promise.all([a, b])) expect(outcome).toBeDefined()
  })

  it('takes no more commands, and says that they were surely not applied', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const follower = await cluster.follower()
    const stopping = follower.replica.stop()
    const outcome = await submit(follower, kvSet('k', 'v'))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'SYNOD_STOPPED' } })
    await stopping
  })

  it('ends within its bound when the outcome cannot become known', async () => {
    cluster = new Cluster(3, { stopTimeoutMs: 50 })
    await cluster.start()
    const leader = await cluster.leader()
    for (const server of cluster.servers.values()) server.storage.hold()
    const sent = submit(leader, kvSet('k', 'v'))
    await leader.replica.stop()
    const outcome = await sent
    expect(outcome.ok).toBe(false)
    for (const server of cluster.servers.values()) server.storage.release()
  })

  it('may be asked for twice, and before a start', async () => {
    cluster = new Cluster(1)
    const { replica } = cluster.server(1)
    await Promise.all([replica.stop(), replica.stop()])
    await expect(replica.start()).rejects.toSatisfy((error) => SynodError.is(error, 'SYNOD_STOPPED'))
  })
})

describe('calls to a replica that does not run', () => {
  it('are answered, with an error', async () => {
    cluster = new Cluster(1)
    const server = cluster.server(1)
    for (const _phase of ['new', 'stopped']) {
      const outcome = await submit(server, kvSet('k', 'v'))
      expect(outcome.ok ? '' : outcome.error.code).toBe('SYNOD_STOPPED')
      const answer = await read(server, 'stale')
      expect(answer.ok ? '' : answer.error.code).toBe('SYNOD_STOPPED')
      expect(await touch(server, 1)).toBe('unavailable')
      await server.replica.stop()
    }
  })
})

describe('waitFor', () => {
  it('resolves when the leadership is that strong, and rejects what cannot be', async () => {
    cluster = new Cluster(1)
    const { replica } = cluster.server(1)
    const elected = replica.waitFor('elected')
    await expect(replica.waitFor('exclusive')).rejects.toSatisfy((error) => SynodError.is(error, 'SYNOD_NOT_SUPPORTED'))
    await replica.start()
    await elected
    await replica.waitFor('established')
    expect(replica.status().strength).toBe('established')
  })

  it('rejects with the reason of an abort, and when the replica stops', async () => {
    cluster = new Cluster(3)
    const { replica } = cluster.server(1)
    const controller = new AbortController()
    const aborted = replica.waitFor('elected', { signal: controller.signal })
    const ended = replica.waitFor('elected')
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    const stopping = replica.stop()
    await expect(ended).rejects.toSatisfy((error) => SynodError.is(error, 'SYNOD_STOPPED'))
    await stopping
  })
})

describe('events', () => {
  it('tell of leaders and roles, and a listener that throws harms nobody', async () => {
    cluster = new Cluster(3)
    const server = cluster.server(1)
    const leaders: (number | null)[] = []
    server.replica.on('leader:change', () => {
      throw new Error('of the listener')
    })
    const remove = server.replica.on('leader:change', (change) => {
      leaders.push(change.leader)
    })
    await cluster.start()
    const leader = await cluster.leader()
    await until(() => leaders.at(-1) === leader.id)
    remove()
    const count = leaders.length
    await cluster.crash(leader.id)
    await cluster.leader([1, 2, 3].filter((id) => id !== leader.id))
    expect(leaders.length).toBe(count)
  })
})
