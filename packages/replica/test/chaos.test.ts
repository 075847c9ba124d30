import { afterEach, describe, expect, it } from 'vitest'
import { Cluster, submit, type Server } from './support/cluster.ts'
import { until } from './support/environment.ts'
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
        else
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
      }
    }
    const writers = Array.from(cluster.servers.values(), (server) => writer(server))
    for (let round = 0; round < 12; round += 1) {
      await faults[random(faults.length)]?.(1 + random(3), random, () => progress(acknowledged))
      cluster.network.heal()
      await progress(acknowledged)
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

type Fault = (id: number, random: (below: number) => number, goOn: () => Promise<void>) => Promise<void>

const faults: readonly Fault[] = [
  async (id) => {
    await cluster.crash(id)
    await cluster.restart(id)
  },
  async (id, _random, goOn) => {
    await cluster.crash(id)
    await goOn()
    await cluster.restart(id)
  },
  async (id, random, goOn) => {
    const other = 1 + ((id + random(2)) % 3)
    cluster.network.cut(id, other)
    if (random(2) === 0) cluster.network.cut(other, id)
    if (random(2) === 0) cluster.network.close(id, other)
    await goOn()
  },
  async (id, random, goOn) => {
    for (const other of [1, 2, 3]) if (other !== id) cluster.network.cut(id, other)
    if (random(2) === 0) for (const other of [1, 2, 3]) if (other !== id) cluster.network.cut(other, id)
    await goOn()
    const next = Array.from(cluster.servers.values()).filter((server) => server.id !== id)
    if (random(2) === 0) await until(() => next.some((server) => server.replica.status().strength === 'established'))
  },
]

/** Until something more is acknowledged than now. */
async function progress(acknowledged: ReadonlySet<string>): Promise<void> {
  const before = acknowledged.size
  await until(() => acknowledged.size > before)
}
