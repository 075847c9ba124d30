import { Cluster } from './cluster.ts'
import type { SimNode } from './node.ts'

export interface WalkOptions {
  readonly size: number
  readonly seed: number
  readonly actions?: number
  readonly trace?: boolean
}

export interface WalkResult {
  readonly elections: number
  readonly committed: number
  readonly steps: number
}

/** Random faults and proposals for a while, then peace: the cluster must converge. Throws at the first broken invariant. */
export function walk(options: WalkOptions): WalkResult {
  const cluster = new Cluster({ size: options.size, seed: options.seed, jitter: true, trace: options.trace ?? false })
  const { random } = cluster
  cluster.startAll()
  if (!cluster.run(20_000_000, () => cluster.converged())) throw new Error(`seed ${options.seed}: no start\n${tail(cluster)}`)
  let value = 0
  const crashPercent = random.below(12)
  const cutPercent = random.below(15)
  const pausePercent = random.below(8)
  const snapshotPercent = random.below(10)
  if (random.chance(30)) cluster.lossPercent = random.below(10)
  if (random.chance(30)) cluster.duplicatePercent = random.below(10)
  for (let action = 0; action < (options.actions ?? 60); action += 1) {
    const node = random.pick(cluster.nodes)
    if (!node) throw new Error('no servers')
    for (let writes = random.below(4); writes > 0; writes -= 1) {
      value += 1
      proposeSomewhere(cluster, value)
    }
    act(cluster, node, { crashPercent, cutPercent, pausePercent, snapshotPercent })
    cluster.run(random.below(random.chance(20) ? 600_000 : 20_000))
  }
  settleDown(cluster)
  value += 1
  const deadline = 60_000_000
  if (!cluster.run(deadline, () => cluster.converged())) throw new Error(`seed ${options.seed}: does not converge\n${tail(cluster)}`)
  cluster.established()?.propose(value)
  if (!cluster.run(10_000_000, () => cluster.converged()))
    throw new Error(`seed ${options.seed}: a last write does not commit\n${tail(cluster)}`)
  const sums = new Set(cluster.nodes.map((node) => node.appliedSum))
  if (sums.size !== 1) throw new Error(`seed ${options.seed}: states differ`)
  return { elections: cluster.oracle.elections, committed: cluster.oracle.committedCount, steps: cluster.steps }
}

function proposeSomewhere(cluster: Cluster, value: number): void {
  for (const node of cluster.nodes) if (node.isUp && !node.isPaused && node.core.view.role === 'leading') node.propose(value)
}

interface Rates {
  readonly crashPercent: number
  readonly cutPercent: number
  readonly pausePercent: number
  readonly snapshotPercent: number
}

function act(cluster: Cluster, node: SimNode, rates: Rates): void {
  const { random } = cluster
  if (random.chance(rates.crashPercent)) node.crash()
  else if (!node.isUp && random.chance(40)) node.start()
  if (random.chance(rates.cutPercent)) {
    const other = random.pick(cluster.nodes)
    if (other && other !== node) {
      cluster.cut(node.id, other.id)
      if (random.chance(50)) cluster.cut(other.id, node.id)
      if (random.chance(30)) cluster.closeLink(node.id, other.id)
    }
  }
  if (random.chance(rates.cutPercent)) cluster.healAll()
  if (node.isUp && random.chance(rates.pausePercent)) node.pause()
  else if (node.isPaused && random.chance(40)) node.resume()
  if (random.chance(rates.snapshotPercent)) node.takeSnapshot(random.below(5))
}

function settleDown(cluster: Cluster): void {
  for (const node of cluster.nodes) {
    if (node.isPaused) node.resume()
    if (!node.isUp) node.start()
  }
  cluster.healAll()
}

export function tail(cluster: Cluster): string {
  const state = cluster.nodes.map((node) => {
    const { view } = node.core
    return `  ${node.id} ${node.isUp ? view.role : 'down'} epoch ${view.leaderEpoch} promised ${view.promised.epoch}→${view.promised.candidate} last ${view.lastZxid.epoch}.${view.lastZxid.index} commit ${view.commitIndex} applied ${node.applied} ${node.haltedBy ?? ''}`
  })
  return [...cluster.log.slice(-80), ...state].join('\n')
}
