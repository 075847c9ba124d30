import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'

function started(size: number): Cluster {
  const cluster = new Cluster({ size, seed: 1, measures: true })
  cluster.startAll()
  expect(cluster.run(20_000_000, () => cluster.converged())).toBe(true)
  return cluster
}

describe('links and timers', () => {
  it('a link that opens while META is being written is open afterwards', () => {
    const cluster = new Cluster({ size: 3, seed: 1, syncMicros: 50_000 })
    cluster.startAll()
    const store = (id: number): string => cluster.node(id).core.view.store
    expect(cluster.run(20_000_000, () => store(3) === 'pristine' && store(1) === 'blank')).toBe(true)
    cluster.closeLink(1, 2)
    expect(cluster.run(20_000_000, () => store(1) === 'pristine' && store(2) === 'pristine')).toBe(true)
    cluster.connect(cluster.node(1), cluster.node(2))
    expect(cluster.run(20_000_000, () => cluster.converged())).toBe(true)
    cluster.node(3).crash()
    expect(cluster.run(20_000_000, () => cluster.established() !== null)).toBe(true)
  })

  it('a core asks to be woken only for what it can do then', () => {
    const single = started(1)
    single.node(1).slowDisk = 1_200_000
    single.node(1).propose(1)
    const before = single.steps
    single.run(1_300_000)
    expect(single.steps - before).toBeLessThan(200)
  })

  it('a candidate that is told to stop does not lead', () => {
    const cluster = started(3)
    cluster.node(3).crash()
    expect(cluster.run(1_000_000, () => cluster.node(2).core.view.role === 'candidate')).toBe(true)
    cluster.node(2).receive({ type: 'resign' })
    cluster.run(2_000_000)
    expect(cluster.node(2).core.view.role).not.toBe('leading')
  })
})
