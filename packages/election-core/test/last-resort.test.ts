import { expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

const seconds = 1_000_000

it.each([
  ['hangs', 1e9 * seconds],
  ['takes 2.5 s', 2.5 * seconds],
])('who may lead as a last resort withdraws when its disk, which %s, has kept a campaign waiting once more', (_what, slowDisk) => {
  const cluster = new Cluster({ size: 3, seed: 1, measures: true })
  cluster.startAll()
  cluster.run(5 * seconds, () => cluster.converged())
  cluster.node(3).crash()
  expect(cluster.run(5 * seconds, () => cluster.established()?.id === 2)).toBe(true)
  cluster.node(3).restart()
  expect(cluster.run(5 * seconds, () => cluster.converged())).toBe(true)
  cluster.run(seconds / 2)
  // Server 3 has the best vote when 2 is gone, and a disk that takes no promise.
  cluster.node(3).slowDisk = slowDisk
  cluster.node(2).crash()
  cluster.run(4 * seconds)
  // Alone for so long that it comes forward again. Then the others are back, one by one, and see the best of votes canvassing.
  cluster.node(1).crash()
  cluster.run(3 * seconds)
  cluster.node(1).restart()
  cluster.run(seconds)
  cluster.node(2).restart()
  expect(cluster.run(10 * seconds, () => cluster.established()?.id === 2)).toBe(true)
})
