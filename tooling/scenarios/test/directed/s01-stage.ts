import { createSimulation, type Invariant, type Simulation, type Workload } from '@synod/sim'
import { SynodError } from '@synod/interface'
import type { NodeId, PeerBody, WalRecord } from '@synod/interface/protocol'

/** A server of a simulation. */
export type Server = Simulation['cluster']['servers'][number]

/** What a server that is to be synchronized lacks, or has too much. */
export type SyncKind = 'diff' | 'truncation' | 'snapshot' | 'snapshot over another log'

export const syncKinds: readonly SyncKind[] = ['diff', 'truncation', 'snapshot', 'snapshot over another log']

/** Something that a server has said or stored, with the server. */
export type Seen =
  | { readonly what: 'sent'; readonly by: NodeId; readonly body: PeerBody; readonly to: NodeId }
  | { readonly what: 'stored'; readonly by: NodeId; readonly record: WalRecord }
  | { readonly what: 'restored'; readonly by: NodeId; readonly index: number }

/** A seed with fast disks, and a network that keeps the order. */
const seed = [...Array(2_000).keys()].find((each) => {
  const { traits } = createSimulation({ seed: each, clients: 0 })
  const { network, disk, process, sessionTimeoutMs } = traits
  const calm = !network.lossy && process.timerLateMicros === 0 && process.turnMicros > 0 && sessionTimeoutMs > 5_000
  return calm && network.peers.maxMicros < 1_000 && disk.syncMaxMicros < 1_000 && disk.syncMinMicros > 100
}) as number

/**
 * Three servers of which one, `follower`, has missed something, or has what nobody else has. It is down; `leader` runs alone and will lead
 * with it, because `other`, which has all that was acknowledged until now, is down as well. So what the two agree on hangs on the synchronization.
 */
export class Stage {
  readonly simulation: Simulation
  readonly seen: Seen[] = []
  /** Index of each node whose creation was acknowledged, by path. */
  readonly acknowledged: Map<string, number> = new Map()
  readonly #orders: string[] = []
  readonly #found: Set<string> = new Set()
  #written = 0
  #follower: NodeId = 1

  private constructor(entriesUntilSnapshot: number) {
    this.simulation = createSimulation({
      seed,
      clients: 1,
      faultsMs: 0,
      workloads: [this.#writer()],
      invariants: [this.#recorder()],
      replica: { snapshotLogEntriesMax: entriesUntilSnapshot, snapshotLogBytesMin: 1_000_000, keepEntries: 0, chunkBytesMax: 1_024 },
    })
  }

  static async set(kind: SyncKind): Promise<Stage> {
    const isSnapshot = kind === 'snapshot' || kind === 'snapshot over another log'
    const stage = new Stage(isSnapshot ? 6 : 100_000)
    await stage.#begin()
    if (kind === 'diff' || kind === 'snapshot') await stage.#fallBehind(isSnapshot ? 9 : 3)
    else await stage.#diverge(isSnapshot ? 9 : 3)
    return stage
  }

  /** Nothing has started yet, and the disks are empty. */
  static empty(): Stage {
    return new Stage(100_000)
  }

  get follower(): Server {
    return this.simulation.cluster.server(this.#follower)
  }

  get leader(): Server {
    return this.simulation.cluster.server(2)
  }

  get other(): Server {
    return this.simulation.cluster.server(4 - this.#follower)
  }

  /** Lets virtual time pass until something holds; fails when it does not within 20 s of it. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (!(await this.simulation.advance(20_000, holds)))
      throw new Error(`never happened: ${what}\n${this.simulation.describe()}\n${this.simulation.world.trace.last(60).join('\n')}`)
  }

  /** Orders the creation of so many nodes. */
  write(count: number): void {
    for (let at = 0; at < count; at += 1) this.#orders.push(`/n${(this.#written += 1)}`)
  }

  get isWritten(): boolean {
    return this.#orders.length === 0
  }

  /** Everybody runs, has the same state, which holds all that was acknowledged, and the cluster goes on. */
  async expectWhole(): Promise<void> {
    const { cluster } = this.simulation
    for (const server of cluster.servers) server.start()
    this.write(1)
    this.#orders.push('look')
    await this.until('all servers agree, and take a further write', () => this.isWritten && cluster.converged())
    const lost = [...this.acknowledged.keys()].filter((path) => !this.#found.has(path))
    if (lost.length > 0) throw new Error(`acknowledged and lost: ${lost.join(', ')}`)
    const states = new Set(cluster.servers.map(({ state }) => state?.hash()))
    if (states.size !== 1) throw new Error('the servers agree on their logs and have different states')
  }

  async #begin(): Promise<void> {
    const { simulation } = this
    simulation.start()
    await this.until(
      'three servers form a cluster that 3 leads',
      () => simulation.cluster.converged() && simulation.cluster.leader()?.id === 3,
    )
    await this.#writeAll(3)
  }

  async #writeAll(count: number): Promise<void> {
    this.write(count)
    await this.until('the writes are acknowledged', () => this.isWritten)
  }

  /** 1 misses what 2 and 3 agree on; then 2 is alone. */
  async #fallBehind(writes: number): Promise<void> {
    const { cluster } = this.simulation
    cluster.server(1).kill({ power: false })
    await this.#writeAll(writes)
    await this.until('2 has it all', () => cluster.server(2).state?.appliedZxid.index === cluster.server(3).state?.appliedZxid.index)
    cluster.server(3).kill({ power: false })
    await this.#alone()
  }

  /** 3 led and has entries that it could give to nobody; 1 and 2 went on without it; then 2 is alone. */
  async #diverge(writes: number): Promise<void> {
    this.#follower = 3
    const { simulation } = this
    const { cluster } = simulation
    const [first, , third] = cluster.servers
    for (const to of ['1', '2']) simulation.cluster.network.setFault('3', to, { blackHole: true })
    for (let at = 0; at < 3; at += 1) third?.replica?.submit(Uint8Array.of(at), () => undefined)
    const { index } = third?.disk.last ?? { index: 0 }
    await this.until('3 stores what it alone has', () => third?.disk.last.index === index + 3)
    third?.kill({ power: false })
    simulation.cluster.network.healAll()
    await this.#writeAll(writes)
    await this.until('2 has it all', () => cluster.server(2).state?.appliedZxid.index === first?.state?.appliedZxid.index)
    first?.kill({ power: false })
    await this.#alone()
  }

  async #alone(): Promise<void> {
    await this.until('2 is alone', () => this.leader.core?.view.role === 'looking')
    await this.simulation.advance(50)
    this.seen.length = 0
  }

  #writer(): Workload {
    return {
      name: 'writer',
      run: async ({ client, isOver, sleep }) => {
        while (!isOver()) {
          const path = this.#orders[0]
          if (path === undefined) {
            await sleep(2)
            continue
          }
          try {
            if (path === 'look') {
              for (const name of (await client.list('/')).names) this.#found.add(`/${name}`)
            } else {
              const { stat } = await client.create(path, new Uint8Array(400))
              this.acknowledged.set(path, stat.czxid.index)
            }
          } catch (error) {
            if (SynodError.is(error, 'SYNOD_NODE_EXISTS')) this.#orders.shift()
            else if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
            continue
          }
          this.#orders.shift()
        }
      },
    }
  }

  #recorder(): Invariant {
    return {
      name: 'recorder',
      title: 'Keeps what happens; who has halted says nothing any more.',
      source: 'this test',
      create: (context) => ({
        onSend: ({ id }, body, to) => {
          const { halted } = this.simulation.cluster.server(id)
          if (halted !== null && body.type !== 'resign') context.fail(`server ${id} has halted and sends ${body.type}`)
          if (body.type !== 'status') this.seen.push({ what: 'sent', by: id, body, to })
        },
        onRecord: ({ id }, record) => {
          this.seen.push({ what: 'stored', by: id, record })
        },
        onRestore: ({ id }, { index }) => {
          this.seen.push({ what: 'restored', by: id, index })
        },
      }),
    }
  }
}
