import { createSimulation, type Invariant, type Simulation, type SimulationOptions, type Workload } from '@synod/sim'
import { SynodError } from '@synod/interface'
import type { NodeId } from '@synod/interface/protocol'

/** A server of a simulation. */
export type Server = Simulation['cluster']['servers'][number]

/** Two servers, or from one to another. */
export type Edge = readonly [NodeId, NodeId]

/** Bound B of I28, milliseconds: from the end of faults, or their coming to rest, to one established leader. */
export const convergeMs = 22_500

type Traits = Simulation['traits']

/** Fast disks, short ways, timers that fire in time, sessions of at least 4 s. */
function isCalm({ network, disk, process, sessionTimeoutMs }: Traits): boolean {
  return (
    process.timerLateMicros === 0 &&
    process.turnMicros > 0 &&
    sessionTimeoutMs >= 4_000 &&
    network.peers.maxMicros < 1_000 &&
    network.clients.maxMicros < 1_000 &&
    disk.syncMaxMicros < 1_000
  )
}

/** The first seed whose weather is calm; `lossy`: faults of its network lose single frames instead of delaying them. */
export function calmSeed(lossy: boolean): number {
  const fits = (seed: number): boolean => {
    const { traits } = createSimulation({ seed, clients: 0 })
    return isCalm(traits) && traits.network.lossy === lossy
  }
  const seed = [...Array(2_000).keys()].find(fits)
  if (seed === undefined) throw new Error('no seed has calm weather')
  return seed
}

/** A write of the client of `writer`. */
export interface Write {
  readonly calledAt: number
  /** 0 until it is acknowledged. */
  answeredAt: number
  readonly path: string
}

/**
 * Creates one node after the other, `everyMs` apart, and keeps when each was called and acknowledged, in true time. At the end every
 * acknowledged one must be there.
 */
export function writer(writes: Write[], options: { readonly everyMs: number; now(): number }): Workload {
  return {
    name: 'writer',
    run: async ({ client, isOver, sleep }) => {
      while (!isOver()) {
        const write = { calledAt: options.now(), answeredAt: 0, path: `/w${writes.length}` }
        writes.push(write)
        try {
          await client.create(write.path, new Uint8Array(20))
          write.answeredAt = options.now()
        } catch (error) {
          if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        }
        await sleep(options.everyMs)
      }
    },
    check: async ({ client, fail }) => {
      for (const { path, answeredAt } of writes) {
        if (answeredAt > 0 && (await client.exists(path)) === null) fail(`${path} was acknowledged, and is not there`)
      }
    },
  }
}

/** A formed cluster that a test directs, with one client that writes. */
export class Play {
  readonly simulation: Simulation
  readonly writes: Write[] = []

  constructor(options: Partial<SimulationOptions> & { readonly lossy?: boolean; readonly everyMs?: number } = {}) {
    const { lossy = false, everyMs = 40, ...rest } = options
    const now = (): number => this.simulation.world.now
    this.simulation = createSimulation({
      seed: calmSeed(lossy),
      clients: 1,
      faultsMs: 0,
      workloads: [writer(this.writes, { everyMs, now })],
      replica: { snapshotLogEntriesMax: 100_000, snapshotLogBytesMin: 10_000_000 },
      ...rest,
    })
  }

  /** Starts everybody and waits until the greatest server leads. */
  async form(): Promise<this> {
    this.simulation.start()
    const greatest = Math.max(...this.simulation.cluster.ids)
    await this.until(
      'a cluster is formed',
      () => this.leader?.id === greatest && this.simulation.cluster.servers.every(({ core }) => core !== null),
    )
    if (this.simulation.clients.length > 0) await this.work(3)
    return this
  }

  get servers(): readonly Server[] {
    return this.simulation.cluster.servers
  }

  server(id: NodeId): Server {
    return this.simulation.cluster.server(id)
  }

  /** Who leads, and has established it. */
  get leader(): Server | null {
    const leader = this.simulation.cluster.leader()
    return leader?.core?.view.strength === 'established' ? leader : null
  }

  get acknowledged(): number {
    return this.writes.filter(({ answeredAt }) => answeredAt > 0).length
  }

  /** Highest durable promise of each server, in order. */
  get promises(): readonly number[] {
    return this.servers.map(({ disk }) => disk.promisedEpoch)
  }

  /** Lets virtual time pass until something holds; fails when it does not in time. */
  async until(what: string, holds: () => boolean, withinMs: number = convergeMs): Promise<void> {
    if (await this.simulation.advance(withinMs, holds)) return
    throw new Error(`never happened: ${what}\n${this.simulation.describe()}\n${this.simulation.world.trace.last(40).join('\n')}`)
  }

  async pass(ms: number): Promise<void> {
    await this.simulation.advance(ms)
  }

  /** What a test does itself is a fault as well: epochs are held against their number (I30). */
  strike(): void {
    this.simulation.nemesis.done += 1
  }

  /** SIGKILL, or with `power` the whole machine. */
  kill(server: Server | null, options: { readonly power: boolean } = { power: false }): void {
    this.strike()
    server?.kill(options)
  }

  /** Swallows everything between these servers, both ways, without a sign. */
  cut(...edges: readonly Edge[]): void {
    for (const [a, b] of edges) {
      this.mute([a, b])
      this.mute([b, a])
    }
  }

  /** Swallows everything in these directions. */
  mute(...edges: readonly Edge[]): void {
    this.strike()
    for (const [from, to] of edges) this.simulation.cluster.network.setFault(String(from), String(to), { blackHole: true })
  }

  heal(): void {
    this.simulation.cluster.network.healAll()
  }

  /** Only these edges are left, whatever was cut before. */
  leaveOnly(...edges: readonly Edge[]): void {
    this.heal()
    const isLeft = (a: NodeId, b: NodeId): boolean => edges.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
    const { ids } = this.simulation.cluster
    for (const a of ids) for (const b of ids) if (a < b && !isLeft(a, b)) this.cut([a, b])
  }

  /** Acknowledges nothing for so long, and has no leader at the end. */
  async expectStandstill(ms: number): Promise<void> {
    await this.pass(500)
    const { acknowledged } = this
    await this.pass(ms)
    if (this.leader !== null || this.acknowledged > acknowledged) throw new Error(`somebody leads\n${this.simulation.describe()}`)
  }

  /** Waits until so many more writes are acknowledged. */
  async work(writes: number): Promise<void> {
    const enough = this.acknowledged + writes
    await this.until(`${writes} further writes`, () => this.acknowledged >= enough)
  }

  /** Faults are over; everybody follows one leader and has the same; the histories of clients and all invariants are checked. */
  async settle(): Promise<void> {
    await this.simulation.settle()
  }
}

/** An invariant that only looks. */
export function observer(create: Invariant['create']): Invariant {
  return { name: 'observer', title: 'Keeps what happens.', source: 'this test', create }
}
