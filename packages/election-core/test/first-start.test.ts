import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

const seconds = 1_000_000

function startsWithin(cluster: Cluster, micros: number): void {
  expect(
    cluster.run(micros, () => cluster.established() !== null),
    'nobody leads',
  ).toBe(true)
}

describe('a first start that takes long', () => {
  it.each([2, 3])('is over as soon as the last server is there, also when blank server %i was restarted meanwhile', (restarted) => {
    const cluster = new Cluster({ size: 3, seed: 1, measures: true })
    cluster.node(2).start()
    cluster.node(3).start()
    cluster.run(300 * seconds)
    cluster.node(restarted).crash()
    cluster.run(seconds)
    cluster.node(restarted).restart()
    cluster.run(seconds)
    cluster.node(1).start()
    startsWithin(cluster, seconds)
  })

  it.each([2, 3])('goes on when server %i, which had stored the new cluster already, comes back with an empty disk', (wiped) => {
    const cluster = new Cluster({ size: 3, seed: 1, measures: true })
    cluster.node(1).slowDisk = 1e6 * seconds
    cluster.startAll()
    cluster.run(seconds / 2)
    cluster.node(1).crash()
    cluster.node(1).slowDisk = 0
    cluster.run(seconds)
    expect(cluster.nodes.map((node) => node.core.view.store)).toEqual(['pristine', 'pristine', 'pristine'])
    cluster.node(wiped).crash()
    cluster.node(wiped).wipe()
    cluster.run(4 * seconds)
    cluster.node(wiped).restart()
    cluster.run(seconds)
    cluster.node(1).restart()
    startsWithin(cluster, seconds)
    expect(cluster.nodes.map((node) => node.haltedBy)).toEqual([null, null, null])
  })
})
