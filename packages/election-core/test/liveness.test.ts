import { describe, expect, it } from 'vitest'
import type { ClusterOptions } from './harness/cluster.ts'
import { Cluster } from './harness/cluster.ts'

const ms = 1_000

function converged(options: ClusterOptions): Cluster {
  const cluster = new Cluster({ trace: true, ...options })
  cluster.startAll()
  expect(cluster.run(20_000 * ms, () => cluster.converged())).toBe(true)
  cluster.run(1_000 * ms)
  return cluster
}

/** Virtual milliseconds until somebody leads an epoch above `epoch`, established. */
function untilLed(cluster: Cluster, epoch: number): number {
  const from = cluster.now
  const led = (): boolean => (cluster.established()?.core.view.leaderEpoch ?? 0) > epoch
  expect(cluster.run(60_000 * ms, led), 'nobody leads').toBe(true)
  return (cluster.now - from) / ms
}

function highestPromise(cluster: Cluster): number {
  return Math.max(...cluster.nodes.map((node) => node.core.view.promised.epoch))
}

describe('servers that look for a leader hear each other all the time (amendment 9)', () => {
  it('three of five that come back one after the other after a long outage', () => {
    const cluster = converged({ size: 5, seed: 3 })
    for (const node of cluster.nodes) node.crash()
    cluster.run(1_000 * ms)
    cluster.node(1).start()
    cluster.node(2).start()
    cluster.run(20_000 * ms)
    expect(highestPromise(cluster)).toBe(1)
    cluster.node(3).start()
    expect(untilLed(cluster, 1)).toBeLessThan(1_000)
  })

  it.each([5, 7])('%i servers with 140 ms between them, at their first start and after a crash', (size) => {
    const cluster = converged({ size, seed: 5, latencyMicros: 70 * ms, measures: true })
    const epoch = cluster.established()?.core.view.leaderEpoch ?? 0
    cluster.node(size).crash()
    expect(untilLed(cluster, epoch)).toBeLessThan(2_000)
  })
})

describe('disks that take 400 ms for a sync (amendments 10 and 11)', () => {
  it.each([3, 5])('let %i servers elect a leader at their first start, and after a crash, with few epochs', (size) => {
    const cluster = converged({ size, seed: 2, syncMicros: 400 * ms })
    expect(highestPromise(cluster)).toBeLessThanOrEqual(2)
    const before = highestPromise(cluster)
    cluster.node(size).crash()
    expect(untilLed(cluster, before)).toBeLessThan(3_000)
    expect(highestPromise(cluster)).toBeLessThanOrEqual(before + 2)
  })
})

describe('followers whose disks are slow under load (amendment 12)', () => {
  it('answer at once that they hear the leader, which stays', () => {
    const cluster = converged({ size: 3, seed: 4 })
    const epoch = highestPromise(cluster)
    for (const id of [1, 2]) cluster.node(id).slowDisk = 400 * ms
    const committed = cluster.node(3).core.view.commitIndex
    for (let write = 0; write < 400; write += 1) {
      cluster.node(3).propose(write)
      cluster.run(20 * ms)
    }
    expect(cluster.node(3).core.view.commitIndex).toBeGreaterThan(committed + 300)
    expect(highestPromise(cluster)).toBe(epoch)
    expect(cluster.log.filter((line) => line.includes('Resign'))).toEqual([])
  })
})

describe('servers of which none should lead, all because of their disks (amendment 20)', () => {
  it('settle on one of them, and do not all come forward and withdraw again, as fast as messages go', () => {
    const cluster = converged({ size: 3, seed: 1, latencyMicros: 12 * ms, measures: true })
    for (const node of cluster.nodes) node.slowDisk = 1_200 * ms
    let most = 0
    for (let second = 0; second < 30; second += 1) {
      const before = cluster.nodes.map((node) => node.statusesSent)
      for (let write = 0; write < 10; write += 1) {
        cluster.established()?.propose(10 * second + write)
        cluster.run(100 * ms)
      }
      most = Math.max(most, ...cluster.nodes.map((node, at) => node.statusesSent - (before[at] ?? 0)))
    }
    // To two peers, of whom each is told twenty times a second anyway.
    expect(most).toBeLessThan(120)
  })
})

describe('a leader that falls silent (amendment 14)', () => {
  it('is not believed alive for what was said of it before', () => {
    const cluster = converged({ size: 5, seed: 6 })
    cluster.run(400 * ms)
    cluster.node(5).pause()
    expect(untilLed(cluster, 1)).toBeLessThan(210)
  })
})

describe('two that want to lead (amendment 15)', () => {
  it.each([1, 2, 3, 4, 5])('a crash among five costs no more than two epochs (seed %i)', (seed) => {
    const cluster = converged({ size: 5, seed, jitter: true })
    const before = highestPromise(cluster)
    cluster.node(5).crash()
    untilLed(cluster, before)
    cluster.run(2_000 * ms)
    expect(highestPromise(cluster)).toBeLessThanOrEqual(before + 2)
  })

  it('the greatest comes back while the others elect: it disturbs them not', () => {
    const cluster = converged({ size: 3, seed: 1 })
    cluster.node(2).slowDisk = 200 * ms
    cluster.node(3).crash()
    expect(cluster.run(1_000 * ms, () => cluster.node(2).core.view.role === 'candidate')).toBe(true)
    cluster.node(3).start()
    cluster.run(100 * ms)
    expect([cluster.node(2).core.view.role, cluster.node(3).core.view.role]).toEqual(['candidate', 'looking'])
    untilLed(cluster, 1)
    expect(cluster.run(5_000 * ms, () => cluster.converged())).toBe(true)
    cluster.run(2_000 * ms)
    expect(highestPromise(cluster)).toBe(2)
    expect(cluster.established()?.id).toBe(2)
  })
})

describe('who reports a leader that has died (decision 5)', () => {
  it('is believed by nobody, though one notices before the other', () => {
    const cluster = converged({ size: 5, seed: 9, jitter: true, latencyMicros: 2 * ms })
    cluster.log.length = 0
    cluster.node(5).crash()
    const roles = (): string[] => cluster.nodes.slice(0, 4).map((node) => node.core.view.role)
    expect(cluster.run(100 * ms, () => roles().includes('looking') && roles().includes('following'))).toBe(true)
    untilLed(cluster, 1)
    expect(cluster.log.filter((line) => line.includes('relayed'))).toEqual([])
  })
})

describe('small clusters (amendments 23 and 46)', () => {
  it('one server leads by itself, at its first start and after a restart', () => {
    const cluster = converged({ size: 1, seed: 1 })
    cluster.node(1).crash()
    cluster.node(1).start()
    expect(untilLed(cluster, 1)).toBeLessThan(200)
  })

  it.each([2, 4, 6])('%i servers elect, and half of them are none', (size) => {
    const cluster = converged({ size, seed: 8 })
    const before = highestPromise(cluster)
    for (let id = 1; id <= size / 2; id += 1) cluster.node(id).crash()
    cluster.run(10_000 * ms)
    expect(cluster.leader()).toBeNull()
    expect(highestPromise(cluster)).toBe(before)
    cluster.node(1).start()
    untilLed(cluster, before)
  })
})

describe('gossip (amendment 44)', () => {
  it('of nine servers after a crash is a few hundred messages, not a storm', () => {
    const cluster = converged({ size: 9, seed: 3 })
    let told = 0
    for (const node of cluster.nodes) {
      const { receive } = node
      node.receive = (event) => {
        if (event.type === 'message' && event.message.body.type === 'status') told += 1
        receive.call(node, event)
      }
    }
    cluster.node(9).crash()
    untilLed(cluster, 1)
    expect(told).toBeGreaterThan(50)
    expect(told).toBeLessThan(700)
  })
})

describe('a follower that its leader does not hear (amendments 22 and 42)', () => {
  it('suspects it in time: heartbeats that hear nothing of it do not draw the suspicion time-out out', () => {
    const cluster = converged({ size: 3, seed: 6 })
    cluster.cut(1, 3)
    const suspects = (): boolean => cluster.node(1).core.view.role !== 'following'
    expect(cluster.run(600 * ms, suspects)).toBe(true)
  })
})
