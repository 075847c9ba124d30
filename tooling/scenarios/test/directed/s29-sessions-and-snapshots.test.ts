import { createSimulation, type Simulation, type Workload } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { atBoundary, crash } from './s01-effects.ts'

/** Sessions come and go, each with ephemeral nodes that it makes together with others in one transaction. */
const comingAndGoing: Workload = {
  name: 'coming and going',
  run: async ({ client, unique, isOver, sleep, count }) => {
    if (isOver()) return
    const name = unique()
    await client.multi([
      { op: 'create', path: `/lasting-${name}`, data: new Uint8Array(20) },
      { op: 'create', path: `/ephemeral-${name}`, data: new Uint8Array(20), ephemeral: true },
      { op: 'set', path: '/', data: new Uint8Array(10) },
    ])
    await client.create(`/ephemeral-too-${name}`, new Uint8Array(5), { ephemeral: true })
    count('sessions with nodes')
    await sleep(1)
  },
  check: async ({ client, fail, count }) => {
    const { names } = await client.list('/')
    const left = names.filter((name) => name.startsWith('ephemeral'))
    if (left.length > 0) fail(`nodes of sessions that have ended: ${left.join(', ')}`)
    if (names.filter((name) => name.startsWith('lasting')).length > 3) count('checked')
  },
}

/** A snapshot is taken after every few entries, so that one lies between any two parts of what must be one. */
function make(): Simulation {
  return createSimulation({
    seed: 29,
    clients: 2,
    faultsMs: 0,
    workloads: [comingAndGoing],
    replica: { snapshotLogEntriesMax: 1, snapshotLogBytesMin: 1_000_000, keepEntries: 0, applyBatchMax: 1 },
  })
}

describe('S29: snapshots are taken while sessions with ephemeral nodes come and go', () => {
  it(
    'a follower that ends at any effect comes back from a snapshot to the same state, and no node outlives its session',
    { timeout: 120_000 },
    async () => {
      let restored = 0
      let snapshots = 0
      for (let effect = 2; effect <= 120; effect += 6) {
        const simulation = make()
        simulation.start()
        await simulation.advance(20_000, () => simulation.cluster.converged() && simulation.world.coverage.get('sessions with nodes') > 3)
        const follower = simulation.cluster.servers.find((server) => server !== simulation.cluster.leader())
        if (follower === undefined) throw new Error('there is no follower')
        let crashed = false
        atBoundary(follower, { effect, side: 'before' }, () => {
          crashed = true
          crash(follower, effect % 12 === 2 ? 'lost' : 'kept')
        })
        expect(await simulation.advance(20_000, () => crashed)).toBe(true)
        follower.start()
        await simulation.advance(30)
        await simulation.settle()
        const { coverage } = simulation.world
        restored += coverage.get('snapshots restored')
        snapshots += coverage.get('snapshots taken')
        expect(coverage.get('checked')).toBe(1)
        expect(new Set(simulation.cluster.servers.map(({ state }) => state?.hash())).size).toBe(1)
      }
      expect(restored).toBeGreaterThan(15)
      expect(snapshots).toBeGreaterThan(500)
    },
  )
})
