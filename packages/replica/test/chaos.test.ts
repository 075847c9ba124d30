import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, submit, type Server } from './support/cluster.ts'
import { kvSet } from './support/kv-machine.ts'

let cluster: Cluster

afterEach(async () => {
  await cluster.stop()
})

/** A small generator, so that a failing run can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

describe.each([1, 2, 3, 4])('a cluster under faults (seed %i)', (seed) => {
  it('loses nothing that it acknowledged, and every server applies the same', async () => {
    const random = numbers(seed)
    cluster = new Cluster(3, { snapshotLogBytesMin: 4096, snapshotLogEntriesMax: 50, keepEntries: 10, submitTimeoutMs: 2_000 })
    await cluster.start()
    await cluster.leader()
    const acknowledged = new Set<string>()
    let over = false
    const writer = async (server: Server): Promise<void> => {
      for (let at = 0; !over; at += 1) {
        const key = `${server.id}-${at}`
        const outcome = await submit(server, kvSet(key, 'x'.repeat(random(50))))
        if (outcome.ok) acknowledged.add(key)
        else await new Promise((resolve) => { setImmediate(resolve) })
      }
    }
    const writers = Array.from(cluster.servers.values(), (server) => writer(server))
    for (let round = 0; round < 12; round += 1) {
      const id = 1 + random(3)
      const other = 1 + ((id + random(2)) % 3)
      const before = acknowledged.size
      if (random(3) === 0) {
        await cluster.crash(id)
        if (random(2) === 0) await progress(before, acknowledged)
        await cluster.restart(id)
      } else {
        cluster.network.cut(id, other)
        if (random(2) === 0) cluster.network.cut(other, id)
        if (random(2) === 0) cluster.network.close(id, other)
        await progress(before, acknowledged)
        cluster.network.heal()
      }
      await progress(acknowledged.size, acknowledged)
    }
    over = true
    await Promise.all(writers)
    await cluster.leader()
    await cluster.converged()
    const machines = Array.from(cluster.servers.values(), (server) => server.machine)
    expect(new Set(machines.map((machine) => machine.hash())).size).toBe(1)
    const missing = Array.from(acknowledged).filter((key) => machines[0]?.get(key) === undefined)
    expect(missing).toEqual([])
    expect(acknowledged.size).toBeGreaterThan(12)
    for (const server of cluster.servers.values()) expect(server.replica.halted).toBe(null)
  }, 60_000)
})

/** Until something more was acknowledged. */
async function progress(before: number, acknowledged: ReadonlySet<string>): Promise<void> {
  while (acknowledged.size <= before) await new Promise((resolve) => { setTimeout(resolve, 2) })
}
