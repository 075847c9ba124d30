import type { ClusterOptions, Faults } from './cluster.ts'
import { Cluster } from './cluster.ts'
import type { SimNode } from './node.ts'
import { tail } from './walk.ts'

export interface StormOptions {
  readonly size: number
  readonly seed: number
  readonly actions?: number
  readonly trace?: boolean
  /** Faults that are not left to the seed. */
  readonly faults?: Partial<Faults>
}

export interface StormResult {
  readonly elections: number
  readonly committed: number
  readonly reads: number
  readonly steps: number
  readonly tookMicros: number
}

const environments: readonly Pick<ClusterOptions, 'latencyMicros' | 'syncMicros'>[] = [
  { latencyMicros: 150, syncMicros: 500 },
  { latencyMicros: 150, syncMicros: 10_000 },
  { latencyMicros: 5_000, syncMicros: 2_000 },
  { latencyMicros: 35_000, syncMicros: 5_000 },
  { latencyMicros: 500, syncMicros: 100_000 },
]

/** How often each fault strikes in this run, per cent of actions: every seed has its own mix (swarm testing). */
interface Mix {
  readonly crash: number
  readonly powerLoss: number
  readonly cut: number
  readonly flap: number
  readonly isolate: number
  readonly pause: number
  readonly suspend: number
  readonly snapshot: number
  readonly slowDisk: number
  readonly read: number
  readonly resign: number
}

/**
 * Harder than `walk`: other latencies and disks, messages late by seconds that reach later lives, disks that keep more than they
 * reported, crashes right after a step that writes, suspended clocks, power loss of all, and reads at every server.
 */
export function storm(options: StormOptions): StormResult {
  const cluster = prepared(options)
  const { random } = cluster
  const fail = (what: string): Error => new Error(`seed ${options.seed}: ${what}\n${tail(cluster)}`)
  cluster.startAll()
  for (let slice = 0; slice < 300 && !cluster.run(100_000, () => cluster.converged()); slice += 1) {
    for (const node of cluster.nodes) if (!node.isUp) node.start()
  }
  if (!cluster.run(1_000_000, () => cluster.converged())) throw fail('no start')
  const mix = someMix(cluster)
  let last = { value: 0, read: 0 }
  const pace = cluster.options.latencyMicros + cluster.options.syncMicros
  for (let action = 0; action < (options.actions ?? 50); action += 1) {
    last = work(cluster, mix, last)
    strike(cluster, mix)
    cluster.run(random.below(random.chance(15) ? 40 * pace + 400_000 : 30 * pace))
  }
  const before = cluster.now
  settle(cluster)
  if (!cluster.run(60_000_000, () => cluster.converged())) throw fail('does not converge')
  const tookMicros = cluster.now - before
  cluster.established()?.propose(last.value + 1)
  if (!cluster.run(10_000_000, () => cluster.converged())) throw fail('a last write does not commit')
  if (new Set(cluster.nodes.map((node) => node.appliedSum)).size !== 1) throw fail('states differ')
  const { elections, committedCount, readsChecked } = cluster.oracle
  return { elections, committed: committedCount, reads: readsChecked, steps: cluster.steps, tookMicros }
}

function prepared({ size, seed, trace, faults: fixed }: StormOptions): Cluster {
  const environment = environments[seed % environments.length] ?? {}
  const cluster = new Cluster({ size, seed, jitter: true, measures: true, trace: trace ?? false, ...environment })
  const { faults, random } = cluster
  faults.discards = true
  faults.keepsPrefix = random.chance(70)
  faults.crossesLives = random.chance(50)
  if (random.chance(50)) {
    faults.latePercent = 1 + random.below(20)
    faults.lateMaxMicros = random.pick([20_000, 300_000, 3_000_000]) ?? 20_000
  }
  if (random.chance(40)) faults.crashAfterWrite = random.below(300)
  if (random.chance(40)) cluster.lossPercent = random.below(15)
  if (random.chance(40)) cluster.duplicatePercent = random.below(15)
  Object.assign(faults, fixed)
  return cluster
}

function someMix({ random }: Cluster): Mix {
  const some = (most: number): number => (random.chance(60) ? random.below(most + 1) : 0)
  return {
    crash: some(15),
    powerLoss: some(4),
    cut: some(15),
    flap: some(10),
    pause: some(10),
    suspend: some(6),
    snapshot: random.chance(30) ? 20 + random.below(30) : some(12),
    isolate: some(8),
    slowDisk: some(6),
    read: some(60),
    resign: some(3),
  }
}

/** Clients: writes to whoever thinks it leads, reads anywhere. */
function work(cluster: Cluster, mix: Mix, last: { readonly value: number; readonly read: number }): { value: number; read: number } {
  const { random } = cluster
  let { value, read } = last
  for (let writes = random.below(5); writes > 0; writes -= 1) {
    value += 1
    for (const node of cluster.nodes) if (node.isUp && !node.isPaused && node.core.view.role === 'leading') node.propose(value)
  }
  for (const node of cluster.nodes) {
    if (!random.chance(mix.read)) continue
    for (let burst = random.below(4); burst >= 0; burst -= 1) {
      read += 1
      const readId = read
      cluster.after(random.below(6 * cluster.options.latencyMicros), () => {
        if (!node.isPaused) node.read(readId)
      })
    }
  }
  return { value, read }
}

function strike(cluster: Cluster, mix: Mix): void {
  const { random } = cluster
  const node = victim(cluster)
  if (random.chance(mix.powerLoss)) for (const each of cluster.nodes) each.crash()
  if (random.chance(mix.crash)) node.crash()
  for (const each of cluster.nodes) if (!each.isUp && random.chance(30)) each.start()
  links(cluster, mix, node)
  if (node.isUp && !node.isPaused && random.chance(mix.pause + mix.suspend)) node.pause()
  for (const each of cluster.nodes)
    if (each.isPaused && random.chance(35)) each.resume(random.below(mix.pause + mix.suspend + 1) < mix.suspend)
  if (random.chance(mix.snapshot)) node.takeSnapshot(random.below(5))
  if (random.chance(mix.slowDisk)) node.slowDisk = random.pick([0, 10_000, 100_000, 400_000]) ?? 0
  if (random.chance(mix.resign) && node.isUp && !node.isPaused) {
    node.receive({ type: 'resign' })
    const { life } = node
    cluster.after(random.below(50_000), () => {
      if (node.life === life) node.crash()
    })
  }
}

/** Leaders and candidates are struck more often than others. */
function victim(cluster: Cluster): SimNode {
  const { random } = cluster
  const busy = cluster.nodes.filter((node) => node.isUp && (node.core.view.role === 'leading' || node.core.view.role === 'candidate'))
  const node = random.chance(40) ? random.pick(busy) : undefined
  return node ?? random.pick(cluster.nodes) ?? cluster.node(1)
}

function links(cluster: Cluster, mix: Mix, node: SimNode): void {
  const { random } = cluster
  const other = random.pick(cluster.nodes)
  if (other && other !== node && random.chance(mix.cut)) {
    cluster.cut(node.id, other.id)
    if (random.chance(50)) cluster.cut(other.id, node.id)
    if (random.chance(30)) cluster.closeLink(node.id, other.id)
  }
  if (other && other !== node && random.chance(mix.flap)) {
    cluster.closeLink(node.id, other.id)
    cluster.after(random.below(20_000), () => {
      if (node.isUp && other.isUp) cluster.connect(node, other)
    })
  }
  if (random.chance(mix.isolate)) {
    for (const each of cluster.nodes) {
      if (each === node) continue
      cluster.cut(node.id, each.id)
      cluster.cut(each.id, node.id)
    }
  }
  if (random.chance(Math.max(mix.cut, mix.isolate))) cluster.healLinks()
}

function settle(cluster: Cluster): void {
  cluster.healAll()
  for (const node of cluster.nodes) {
    node.slowDisk = 0
    if (node.isPaused) node.resume()
    node.restart()
  }
  cluster.healLinks()
}
