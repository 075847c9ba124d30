import type { CoreEvent, CoreTimings } from '@synod/election-core'
import type { NodeId } from '@synod/interface/protocol'
import { configOf } from './config-of.ts'
import { EventQueue } from './event-queue.ts'
import { SimNode } from './node.ts'
import { Oracle } from './oracle.ts'
import { SeededRandom } from './random.ts'

export interface ClusterOptions {
  readonly size: number
  readonly seed: number
  readonly timings?: Partial<CoreTimings>
  /** One way, microseconds. */
  readonly latencyMicros?: number
  readonly syncMicros?: number
  readonly jitter?: boolean
  readonly trace?: boolean
  /** The transport measures round trips and tells the cores. */
  readonly measures?: boolean
}

/** Faults beyond crash, cut, pause, loss and duplication; all off at first. */
export interface Faults {
  /** Per cent of messages that are late, and by how much at most: reordering across seconds. */
  latePercent: number
  lateMaxMicros: number
  /** Late messages may reach a later life of the receiver. */
  crossesLives: boolean
  /** A crash may leave batches on the disk that were never reported durable. */
  keepsPrefix: boolean
  /** Chance in ten thousand to crash right after a step that writes, before the write. */
  crashAfterWrite: number
  /** `discard` really discards, as the replica's does. */
  discards: boolean
}

/** Messages that the network keeps: of one type (`*`: any) on one directed link, after the first `after` of them, `count` of them at most. */
interface Keeping {
  readonly from: NodeId
  readonly to: NodeId
  readonly type: string
  /** Kept *and* delivered: the network doubles them. */
  readonly doubles: boolean
  after: number
  count: number
}

/** A cluster of cores in virtual time. Every step is checked by the oracle. */
export class Cluster {
  now = 1_000_000
  readonly random: SeededRandom
  readonly queue: EventQueue = new EventQueue()
  readonly nodes: readonly SimNode[]
  readonly oracle: Oracle
  readonly options: Required<ClusterOptions>
  readonly log: string[] = []
  steps = 0
  lossPercent = 0
  duplicatePercent = 0
  readonly faults: Faults = {
    latePercent: 0,
    lateMaxMicros: 0,
    crossesLives: false,
    keepsPrefix: false,
    crashAfterWrite: 0,
    discards: false,
  }
  /** What a transport says of one link arrives in order. */
  private readonly linkEventAt = new Map<string, number>()
  private readonly cuts = new Set<string>()
  private keeping: Keeping[] = []
  private held: { readonly to: SimNode; readonly from: NodeId; readonly event: CoreEvent }[] = []

  constructor(options: ClusterOptions) {
    this.options = { timings: {}, latencyMicros: 150, syncMicros: 500, jitter: false, trace: false, measures: false, ...options }
    this.oracle = new Oracle(options.size)
    this.random = new SeededRandom(options.seed)
    const config = configOf(options.size)
    this.nodes = config.members.map((member) => new SimNode(this, member.id, config))
  }

  node(id: NodeId): SimNode {
    const node = this.nodes.find((each) => each.id === id)
    if (!node) throw new Error(`no server ${id}`)
    return node
  }

  note(line: string): void {
    if (!this.options.trace) return
    this.log.push(line)
  }

  after(micros: number, run: () => void): void {
    this.queue.push(this.now + micros, run)
  }

  latency(): number {
    const { latencyMicros, jitter } = this.options
    return jitter ? 1 + this.random.below(4 * latencyMicros) : latencyMicros
  }

  syncTime(): number {
    const { syncMicros, jitter } = this.options
    return jitter ? 1 + this.random.below(4 * syncMicros) : syncMicros
  }

  isCut(from: NodeId, to: NodeId): boolean {
    return this.cuts.has(`${from}>${to}`)
  }

  /** Swallows silently, one way. */
  cut(from: NodeId, to: NodeId): void {
    this.cuts.add(`${from}>${to}`)
  }

  heal(from: NodeId, to: NodeId): void {
    this.cuts.delete(`${from}>${to}`)
  }

  /** Keeps messages of this type on their way until `release`; `doubles`: delivers them as well. */
  hold(from: NodeId, to: NodeId, options: Pick<Keeping, 'type'> & Partial<Omit<Keeping, 'from' | 'to'>>): void {
    this.keeping.push({ after: 0, count: Number.MAX_SAFE_INTEGER, doubles: false, ...options, from, to })
  }

  holds(from: SimNode, to: SimNode, event: CoreEvent): boolean {
    if (event.type !== 'message') return false
    const type = event.message.body.type
    const isOpen = (each: Keeping): boolean =>
      each.count > 0 && each.from === from.id && each.to === to.id && (each.type === type || each.type === '*')
    const rule = this.keeping.find(isOpen)
    if (!rule) return false
    rule.after -= 1
    if (rule.after >= 0) return false
    rule.count -= 1
    this.held.push({ to, from: from.id, event })
    return !rule.doubles
  }

  /**
   * Delivers what was held, of all links or of one, even to a later life of the receiver: the network may delay for ever.
   * With a type, the oldest `count` of that type, and goes on holding.
   */
  release(from?: NodeId, to?: NodeId, only?: { readonly type: string; readonly count: number }): void {
    const isMeant = (link: { readonly from: NodeId; readonly to: NodeId }): boolean =>
      (from === undefined || link.from === from) && (to === undefined || link.to === to)
    const isOfType = ({ event }: { readonly event: CoreEvent }): boolean =>
      only === undefined || (event.type === 'message' && event.message.body.type === only.type)
    if (only === undefined) this.keeping = this.keeping.filter((each) => !isMeant(each))
    const due = this.held.filter((each) => isMeant({ from: each.from, to: each.to.id }) && isOfType(each)).slice(0, only?.count)
    this.held = this.held.filter((each) => !due.includes(each))
    for (const { to: receiver, event } of due)
      this.after(this.latency(), () => {
        receiver.receive(event)
      })
  }

  healAll(): void {
    this.lossPercent = 0
    this.duplicatePercent = 0
    this.faults.latePercent = 0
    this.faults.crashAfterWrite = 0
    this.healLinks()
  }

  /** Everybody who runs can talk to everybody who runs. */
  healLinks(): void {
    this.cuts.clear()
    for (const a of this.nodes) {
      for (const b of this.nodes) if (a.id < b.id && a.isUp && b.isUp) this.connect(a, b)
    }
  }

  connect(a: SimNode, b: SimNode): void {
    this.deliver(a, b.id, { type: 'opened', peer: b.id })
    this.deliver(b, a.id, { type: 'opened', peer: a.id })
    if (!this.options.measures) return
    const micros = 2 * this.options.latencyMicros
    this.deliver(a, b.id, { type: 'roundTrip', peer: b.id, micros })
    this.deliver(b, a.id, { type: 'roundTrip', peer: a.id, micros })
  }

  /** The connection between two running servers breaks, both see it. */
  closeLink(a: NodeId, b: NodeId): void {
    this.deliver(this.node(a), b, { type: 'closed', peer: b })
    this.deliver(this.node(b), a, { type: 'closed', peer: a })
  }

  /** Takes a message to its receiver, perhaps late. */
  carry(to: SimNode, from: NodeId, event: CoreEvent): void {
    const { latePercent, lateMaxMicros, crossesLives } = this.faults
    if (latePercent === 0 || !this.random.chance(latePercent)) {
      this.deliver(to, from, event)
      return
    }
    const life = to.life
    this.after(this.random.below(lateMaxMicros) + 1, () => {
      if (to.isUp && (crossesLives || to.life === life)) to.receive(event)
    })
  }

  deliver(to: SimNode, from: NodeId, event: CoreEvent): void {
    const life = to.life
    let delay = this.latency()
    if (event.type !== 'message') {
      const link = `${from}>${to.id}`
      delay = Math.max(delay, (this.linkEventAt.get(link) ?? 0) + 1 - this.now)
      this.linkEventAt.set(link, this.now + delay)
    }
    this.after(delay, () => {
      if (to.isUp && to.life === life) to.receive(event)
    })
    if (from === to.id) throw new Error('a server has no link to itself')
  }

  startAll(): void {
    for (const node of this.nodes) node.start()
  }

  /** Runs until `until` holds or `limitMicros` of virtual time have passed; tells which. */
  run(limitMicros: number, until: () => boolean = () => false): boolean {
    const end = this.now + limitMicros
    while (!until()) {
      const next = this.queue.peek()
      if (next === null || next > end) {
        this.now = end
        return until()
      }
      const event = this.queue.pop()
      if (!event) return until()
      this.now = Math.max(this.now, event.at)
      event.run()
    }
    return true
  }

  leader(): SimNode | null {
    const leading = this.nodes.filter((node) => node.isUp && !node.isPaused && node.core.view.role === 'leading')
    return leading.sort((a, b) => b.core.view.leaderEpoch - a.core.view.leaderEpoch)[0] ?? null
  }

  established(): SimNode | null {
    const leader = this.leader()
    return leader && leader.core.view.strength === 'established' ? leader : null
  }

  /** Everybody who runs follows one established leader and has applied what it has. */
  converged(): boolean {
    const leader = this.established()
    if (!leader) return false
    const { commitIndex, lastZxid, leaderEpoch } = leader.core.view
    if (commitIndex !== lastZxid.index) return false
    return this.nodes.every((node) => {
      if (!node.isUp) return true
      const { view } = node.core
      return (node === leader || (view.role === 'following' && view.leaderEpoch === leaderEpoch)) && node.applied === commitIndex
    })
  }
}
