import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, run, touch } from './support/cluster.ts'
import { until } from './support/environment.ts'
import { encode, type KvCommand, type KvMachine } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

const open = (timeoutMs: number): Uint8Array => encode({ op: 'open', timeoutMs } satisfies KvCommand)
const ids = (machine: KvMachine): readonly number[] => Array.from(machine.sessions(), (session) => session.id)

describe('sessions', () => {
  it('end when nobody touches them, on every server, by a command of the leader', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const id = await run(leader, open(100))
    expect(ids(leader.machine)).toEqual([id])
    await until(() => Array.from(cluster.servers.values()).every((server) => ids(server.machine).length === 0))
    expect(leader.machine.log.at(-1)).toContain('"expire"')
  })

  it('live while they are touched through any server, and end when that stops', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const follower = await cluster.follower()
    const kept = Number(await run(follower, open(400)))
    const left = Number(await run(follower, open(400)))
    let touches = 0
    while (ids(follower.machine).includes(left)) {
      expect(await touch(follower, kept)).toBe('ok')
      touches += 1
    }
    expect(touches).toBeGreaterThan(1)
    expect(ids(follower.machine)).toEqual([kept])
    expect(await touch(follower, left)).toBe('expired')
    await until(() => ids(follower.machine).length === 0)
  })

  it('count their commands as touches', async () => {
    cluster = new Cluster(1)
    await cluster.start()
    const leader = await cluster.leader()
    const used = Number(await run(leader, open(1000)))
    const idle = Number(await run(leader, open(1000)))
    while (ids(leader.machine).includes(idle)) await run(leader, encode({ op: 'use', session: used } satisfies KvCommand))
    expect(ids(leader.machine)).toEqual([used])
  })

  it('are answered by the next leader when touched while there is none', async () => {
    cluster = new Cluster(3)
    await cluster.start()
    const leader = await cluster.leader()
    const id = Number(await run(leader, open(5000)))
    await cluster.converged()
    const follower = await cluster.follower()
    await cluster.crash(leader.id)
    expect(await touch(follower, id)).toBe('ok')
    expect(follower.replica.status().leader).not.toBe(leader.id)
  })

  it('are not answered by a leader that no majority confirms', async () => {
    cluster = new Cluster(3, { readTimeoutMs: 500 })
    await cluster.start()
    const leader = await cluster.leader()
    const id = Number(await run(leader, open(60_000)))
    for (const other of [1, 2, 3]) if (other !== leader.id) cluster.network.cut(other, leader.id)
    expect(await touch(leader, id)).toBe('unavailable')
  })
})
