import type { WalRecord, Zxid } from '@synod/interface/protocol'
import { expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'
import { configOf } from './harness/config-of.ts'
import { persistRecord } from './harness/disk-view.ts'

const boundary = 2 ** 32
/** Just below 2^32, where ZooKeeper's counter came to its end; the epoch is above it already. */
const base: Zxid = { epoch: boundary + 7, index: boundary - 9 }

/** Gives every server the disk of a cluster that has lived for long. */
function aged(): Cluster {
  const cluster = new Cluster({ size: 3, seed: 27 })
  const bytes = new TextEncoder().encode(JSON.stringify({ applied: base.index, sum: 7 }))
  const config = configOf(3)
  const snapshot = {
    ...{ id: 'old', zxid: base, config, size: bytes.length, hash: 'h', timeMs: 1 },
    epochTable: [{ epoch: base.epoch, lastIndex: base.index }],
  }
  for (const node of cluster.nodes) {
    const records: WalRecord[] = [
      {
        ...{ kind: 'meta', clusterName: 'sim', clusterId: '1'.padStart(32, '0'), generation: 0, incarnation: 1, config },
        member: { id: node.id, instance: 1 },
      },
      { kind: 'promise', epoch: base.epoch, candidate: 3, candidateIncarnation: 1 },
      { kind: 'snapbase', snapshot },
    ]
    node.disk = [records]
    for (const record of records) persistRecord(node.diskView, record)
    node.snapshots.set('old', bytes)
  }
  return cluster
}

it('S27: a log goes on beyond 2^32 entries, through elections, a snapshot, a truncation and restarts', () => {
  const cluster = aged()
  const settle = (): void => {
    expect(cluster.run(30_000_000, () => cluster.converged())).toBe(true)
  }
  const propose = (count: number): void => {
    for (let at = 0; at < count; at += 1) cluster.leader()?.propose(at)
    settle()
  }
  cluster.startAll()
  settle()
  propose(20)
  expect(cluster.node(1).applied).toBeGreaterThan(boundary)
  cluster.node(3).crash()
  settle()
  propose(3)
  cluster.node(2).takeSnapshot(1)
  cluster.run(20_000)
  cluster.node(3).start()
  settle()
  for (const other of [1, 3]) {
    cluster.cut(2, other)
    cluster.cut(other, 2)
  }
  for (let at = 0; at < 4; at += 1) cluster.node(2).propose(at)
  cluster.run(1_000_000)
  expect(cluster.leader()?.id).not.toBe(2)
  const alone = cluster.node(2).core.view.lastZxid
  cluster.healLinks()
  propose(1)
  expect(cluster.node(2).core.epochAt(alone.index)).not.toBe(alone.epoch)
  for (const node of cluster.nodes) node.crash()
  for (const node of cluster.nodes) node.start()
  settle()
  const sums = new Set(cluster.nodes.map(({ applied, appliedSum }) => `${applied} ${appliedSum}`))
  expect(sums.size).toBe(1)
  expect(cluster.leader()?.core.view.leaderEpoch).toBeGreaterThan(base.epoch + 2)
})
