import { expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

it('a refused try that crossed with the peer’s own does not make an open link a dead one', () => {
  const cluster = new Cluster({ size: 3, seed: 7 })
  cluster.startAll()
  expect(cluster.run(20_000_000, () => cluster.converged())).toBe(true)
  const leader = cluster.node(3)
  leader.receive({ type: 'refused', peer: 1 })
  leader.propose(1)
  expect(cluster.run(5_000_000, () => cluster.node(1).applied === leader.core.view.lastZxid.index)).toBe(true)
})
