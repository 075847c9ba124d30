import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

const nobody = Number.MAX_SAFE_INTEGER

/** Three servers; 3 leads. */
function atRest(): Cluster {
  const cluster = new Cluster({ size: 3, seed: 7 })
  cluster.startAll()
  expect(cluster.run(20_000_000, () => cluster.converged() && cluster.established()?.id === 3)).toBe(true)
  return cluster
}

function write(cluster: Cluster, count: number): void {
  const leader = cluster.node(3)
  for (let value = 0; value < count; value += 1) leader.propose(value)
  expect(cluster.run(1_000_000, () => leader.core.view.commitIndex === leader.core.view.lastZxid.index)).toBe(true)
}

describe('what followers still need of the log (protocol §2.10)', () => {
  it('is nothing once all have everything, and nothing that a follower could say', () => {
    const cluster = atRest()
    write(cluster, 10)
    cluster.run(1_000_000)
    expect(cluster.node(3).core.neededFrom()).toBe(cluster.node(3).core.view.lastZxid.index + 1)
    expect(cluster.node(1).core.neededFrom()).toBe(nobody)
  })

  it('begins behind what a connected follower has acknowledged', () => {
    const cluster = atRest()
    const before = cluster.node(3).core.view.lastZxid.index
    cluster.hold(1, 3, { type: 'appended' })
    write(cluster, 10)
    expect(cluster.node(3).core.neededFrom()).toBe(before + 1)
  })

  it('does not count who is away; for who is being sent a snapshot, it begins behind that', () => {
    const cluster = atRest()
    cluster.node(1).crash()
    write(cluster, 10)
    cluster.run(1_000_000)
    const leader = cluster.node(3)
    leader.takeSnapshot(0)
    const covered = leader.core.view.lastZxid.index
    cluster.hold(1, 3, { type: 'snapshotAck' })
    cluster.node(1).restart()
    expect(cluster.run(5_000_000, () => leader.core.neededFrom() === covered + 1)).toBe(true)
    write(cluster, 10)
    expect(leader.core.neededFrom()).toBe(covered + 1)
    cluster.release()
    expect(cluster.run(5_000_000, () => leader.core.neededFrom() === leader.core.view.lastZxid.index + 1)).toBe(true)
    expect(cluster.node(1).core.view.firstIndex).toBe(covered + 1)
  })
})
