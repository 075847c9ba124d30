import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

function started(size: number): Cluster {
  const cluster = new Cluster({ size, seed: 7 })
  cluster.startAll()
  expect(cluster.run(20_000_000, () => cluster.converged())).toBe(true)
  return cluster
}

describe('what a core does without a quorum', () => {
  it('a leader alone steps down, appends nothing more and refuses proposals', () => {
    const cluster = started(3)
    cluster.node(1).crash()
    cluster.node(2).crash()
    const leader = cluster.node(3)
    expect(cluster.run(2_000_000, () => leader.core.view.role === 'looking')).toBe(true)
    const before = leader.core.view.lastZxid
    leader.propose(1)
    expect(leader.notices).toContain('refused')
    expect(leader.core.view.lastZxid).toEqual(before)
  })

  it('uses up no epoch while it waits', () => {
    const cluster = started(5)
    for (const id of [1, 2, 5]) cluster.node(id).crash()
    cluster.run(30_000_000)
    const promised = [3, 4].map((id) => cluster.node(id).core.view.promised.epoch)
    expect(promised).toEqual([1, 1])
    expect(cluster.leader()).toBeNull()
  })

  it('goes on as soon as there is one again, with everything that was committed', () => {
    const cluster = started(5)
    cluster.node(5).propose(1)
    expect(cluster.run(1_000_000, () => cluster.converged())).toBe(true)
    const committed = cluster.node(5).core.view.commitIndex
    for (const id of [1, 2, 5]) cluster.node(id).crash()
    cluster.run(1_000_000)
    cluster.node(1).start()
    expect(cluster.run(10_000_000, () => cluster.converged())).toBe(true)
    expect(cluster.established()?.core.view.commitIndex).toBeGreaterThan(committed)
  })

  it('an elected leader answers no read before its epoch is established', () => {
    const cluster = started(3)
    cluster.node(1).slowDisk = 100_000
    cluster.node(2).slowDisk = 100_000
    cluster.node(3).crash()
    expect(cluster.run(20_000_000, () => cluster.leader()?.core.view.strength === 'elected')).toBe(true)
    const leader = cluster.leader()
    leader?.receive({ type: 'read', readId: 1 })
    expect(leader?.readsReady).toEqual([])
    expect(leader?.readsFailed).toEqual([1])
  })

  it('refuses a proposal that would exceed the bound of uncommitted bytes, and appends none of it', () => {
    const cluster = started(3)
    const leader = cluster.node(3)
    const last = leader.core.view.lastZxid.index
    leader.receive({ type: 'propose', proposalId: 9, commands: [new Uint8Array(65 * 1024 * 1024)], timeMs: 0 })
    expect(leader.notices).toContain('refused')
    expect(leader.core.view.lastZxid.index).toBe(last)
  })

  it('a leader whose own disk stands still hands leadership over', () => {
    const cluster = started(3)
    const leader = cluster.node(3)
    leader.slowDisk = 60_000_000
    leader.propose(1)
    expect(cluster.run(5_000_000, () => cluster.established()?.id === 2)).toBe(true)
  })
})
