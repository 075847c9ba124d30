import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, put, read, submit } from './support/cluster.ts'
import { until } from './support/environment.ts'
import { kvSet } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

describe.each([1, 3, 5])('%i replicas', (size) => {
  it('elect one leader, replicate in one order and end in one state', async () => {
    cluster = new Cluster(size)
    await cluster.start()
    const leader = await cluster.leader()
    await Promise.all(Array.from({ length: 50 }, (_, at) => put(leader, `k${at % 7}`, String(at))))
    await cluster.converged()
    const machines = Array.from(cluster.servers.values(), (server) => server.machine)
    expect(new Set(machines.map((machine) => machine.hash())).size).toBe(1)
    expect(new Set(machines.map((machine) => machine.log.join())).size).toBe(1)
    expect(machines[0]?.log.length).toBe(50)
  })

  it('come back from their disks with everything that was acknowledged', async () => {
    cluster = new Cluster(size)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 10; at += 1) await put(leader, `k${at}`, String(at))
    const ids = Array.from(cluster.servers.keys())
    for (const id of ids) await cluster.crash(id)
    for (const id of ids) await cluster.restart(id)
    const next = await cluster.leader()
    expect((await read(next)).ok).toBe(true)
    for (let at = 0; at < 10; at += 1) expect(next.machine.get(`k${at}`)).toBe(String(at))
    expect(next.replica.status().incarnation).toBe(2)
  })
})

describe('three replicas', () => {
  it('go on without their leader, and take it back as a follower', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const first = await cluster.leader()
    await put(first, 'before', '1')
    await cluster.crash(first.id)
    const rest = [1, 2, 3].filter((id) => id !== first.id)
    const second = await cluster.leader(rest)
    expect(second.id).not.toBe(first.id)
    expect(second.replica.status().epoch).toBeGreaterThan(1)
    await put(second, 'after', '2')
    await cluster.restart(first.id)
    await cluster.leader()
    await cluster.converged()
    expect(cluster.server(first.id).machine.get('before')).toBe('1')
    expect(cluster.server(first.id).machine.get('after')).toBe('2')
  })

  it('take commands at a follower, which answers once it has applied them itself, in order', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const follower = await cluster.follower()
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, at) => submit(follower, kvSet('k', String(at)))))
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true)
    expect(follower.machine.get('k')).toBe('99')
    const indexes = outcomes.map((outcome) => (outcome.ok ? outcome.zxid.index : 0))
    expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
  })

  it('read the last acknowledged write everywhere', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    for (let at = 0; at < 20; at += 1) {
      await put(leader, 'k', String(at))
      for (const server of cluster.servers.values()) {
        expect((await read(server)).ok).toBe(true)
        expect(server.machine.get('k')).toBe(String(at))
      }
    }
  })

  it('answer a session read once it has applied the asked position', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const follower = await cluster.follower()
    const index = await put(leader, 'k', 'v')
    const outcome = await read(follower, 'session', index)
    expect(outcome.ok && outcome.zxid.index >= index).toBe(true)
    expect(follower.machine.get('k')).toBe('v')
  })

  it('tell each other where their clients connect', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    await cluster.leader()
    const knows = (): boolean =>
      Array.from(cluster.servers.values()).every((server) =>
        server.replica
          .status()
          .servers.every((info) => info.connected && info.endpoint === `mem://${info.id}` && info.pid === 1000 + info.id),
      )
    await until(knows)
    expect(knows()).toBe(true)
    cluster.server(1).replica.announce('mem://elsewhere')
    await until(() => cluster.server(2).replica.status().servers[0]?.endpoint === 'mem://elsewhere')
  })
})
