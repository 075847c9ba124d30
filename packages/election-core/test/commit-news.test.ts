import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

/** A cluster at rest; commits take `syncMicros` and a few hundred microseconds. */
function atRest(syncMicros: number): Cluster {
  const cluster = new Cluster({ size: 3, seed: 7, syncMicros })
  cluster.startAll()
  expect(cluster.run(20_000_000, () => cluster.converged())).toBe(true)
  cluster.run(1_000_000)
  return cluster
}

/** Microseconds from a proposal until every server knows that it is committed. */
function microsUntilAllKnow(cluster: Cluster): number {
  const from = cluster.now
  const index = cluster.node(3).core.view.lastZxid.index + 1
  cluster.node(3).propose(from)
  expect(cluster.run(1_000_000, () => cluster.nodes.every((node) => node.core.view.commitIndex >= index))).toBe(true)
  return cluster.now - from
}

describe('news of commits (amendment 36)', () => {
  it.each([100, 500, 3_000])('reach idle followers without a heartbeat when a sync takes %d µs', (syncMicros) => {
    const cluster = atRest(syncMicros)
    const expected = syncMicros + 5 * cluster.options.latencyMicros + 2_000
    for (let write = 0; write < 20; write += 1) {
      expect(microsUntilAllKnow(cluster)).toBeLessThanOrEqual(expected)
      cluster.run(7_000)
    }
  })

  it('need no message of their own when the next entries follow at once', () => {
    const cluster = atRest(100)
    const { steps } = cluster
    for (let write = 0; write < 50; write += 1) {
      cluster.node(3).propose(write)
      cluster.run(700)
    }
    cluster.run(10_000)
    const stepsEach = (cluster.steps - steps) / 50
    expect(cluster.nodes.every((node) => node.core.view.commitIndex === cluster.node(3).core.view.commitIndex)).toBe(true)
    expect(stepsEach).toBeLessThan(9)
  })

  it('reach a follower in the same turn when its own clients wait for the commit', () => {
    const cluster = atRest(100)
    const leader = cluster.node(3)
    const index = leader.core.view.lastZxid.index + 1
    leader.receive({ type: 'propose', proposalId: 1, commands: [new Uint8Array([1])], timeMs: 0, awaitedBy: [2] })
    expect(cluster.run(1_000_000, () => leader.core.view.commitIndex >= index)).toBe(true)
    const { latencyMicros } = cluster.options
    cluster.run(latencyMicros * 2)
    expect(cluster.node(2).core.view.commitIndex).toBe(index)
    expect(cluster.node(1).core.view.commitIndex).toBe(index - 1)
  })
})
