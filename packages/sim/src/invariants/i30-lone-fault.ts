import type { Epoch, Micros, NodeId } from '@synod/interface/protocol'
import type { FaultAction } from '../nemesis/actions.ts'
import { durationOf } from '../nemesis/duration.ts'
import { Calm, isEstablished } from './calm.ts'
import { failoverMicros } from './i29-speed.ts'
import type { Invariant, InvariantContext, ObservedServer } from './invariant.ts'

/** Disks up to here carry a leadership, those from there on lose it (T_disk is a second); between them it depends on the load. */
const carriesMicros: Micros = 300_000
const tooSlowMicros: Micros = 1_000_000
/** T_camp of the first campaign: a voter whose disk is slower than this promises too late for it. */
const campaignMicros: Micros = 250_000
/** Silence until a leader is suspected, and the wait for those who are not heard. */
const suspectedMicros: Micros = 300_000

/** What faults that come out of a calm may cost, all together. */
interface Window {
  readonly epoch: Epoch
  readonly leader: NodeId
  epochs: number
  readonly faults: string[]
  /** A loss of power is one for each server: each dials everybody anew, and dials cross. */
  troubles: number
  /** By then somebody leads again, if nobody does. */
  deadline: Micros
  slowMicros: Micros
  /** Who is cut off may be needed for a quorum. */
  cutUntil: Micros
  /** Faults that may have ended the leadership. */
  ends: number
  /** How slow disks are, not the leader's, that take longer for a promise than the first campaign waits. */
  readonly slowVoters: Micros[]
  endsLeader: boolean
  readonly adopted: Map<string, number>
}

/** Epochs that a fault may use up; infinite: not judged. */
function costOf(action: FaultAction, window: Window): number {
  switch (action.kind) {
    case 'client-crash':
    case 'client-pause':
    case 'client-break':
    case 'wall-clock':
    case 'stale':
    case 'break':
      return 0
    case 'pause':
    case 'crash':
    case 'stop':
      return isLeader(action.node, window) ? 2 : 0
    case 'power':
      return action.nodes.includes(window.leader) ? 2 : 0
    case 'cut':
      return isLeader(action.node, window) ? 2 : 1
    case 'slow-disk':
      if (!isLeader(action.node, window) || action.extraMicros <= carriesMicros) return 0
      return action.extraMicros < tooSlowMicros ? Number.POSITIVE_INFINITY : 2
    case 'edges':
      return isOneLink(action, window.leader) ? 1 : Number.POSITIVE_INFINITY
    default:
      return Number.POSITIVE_INFINITY
  }
}

function isLeader(node: NodeId | 'leader', { leader }: Window): boolean {
  return node === 'leader' || node === leader
}

/**
 * Where a voter's disk is slow and the leader may be gone, its promise may be needed. Campaigns give up before it comes, each for an
 * epoch, until T_camp has doubled often enough; a promise waits for the disk to be done with the one before it. Whoever is slow may be
 * elected, too, and resign because of its disk. A slow disk alone still costs nothing.
 */
function mostEpochs({ epochs, ends, slowVoters }: Window): number {
  if (ends === 0 || slowVoters.length === 0) return epochs
  const givenUp = Math.ceil(Math.log2((2 * Math.max(...slowVoters)) / campaignMicros))
  return epochs + ends * givenUp + slowVoters.length
}

/** Of the leader with one other server. */
function isOneLink({ directions, fault }: FaultAction & { readonly kind: 'edges' }, leader: NodeId): boolean {
  const ends = new Set(directions.flat())
  return fault.blackHole === true && ends.size === 2 && ends.has(String(leader))
}

/** Whether the leader is surely gone with it. */
function endsLeader(action: FaultAction, window: Window): boolean {
  switch (action.kind) {
    case 'crash':
      return isLeader(action.node, window) && action.effects === 0
    case 'pause':
      return isLeader(action.node, window) && action.forMicros > 2 * suspectedMicros
    case 'power':
      return action.nodes.includes(window.leader)
    default:
      return false
  }
}

/** Follows one run. */
class LoneFaults {
  readonly #context: InvariantContext
  readonly #followed: Map<NodeId, string> = new Map()
  readonly #calm: Calm
  #window: Window | null = null

  constructor(context: InvariantContext) {
    this.#context = context
    this.#calm = new Calm(context)
  }

  onFault(action: FaultAction): void {
    const now = this.#context.now()
    const leader = this.#calm.settled()
    if (this.#window === null) {
      if (leader === null || !this.#calm.isThere) return
      this.#context.count('faults out of a calm')
      const epoch = leader.core?.view.leaderEpoch ?? 0
      this.#window = {
        epoch,
        leader: leader.id,
        epochs: 0,
        faults: [],
        troubles: 0,
        deadline: Number.POSITIVE_INFINITY,
        slowMicros: 0,
        cutUntil: 0,
        ends: 0,
        slowVoters: [],
        endsLeader: false,
        adopted: new Map(),
      }
    }
    const window = this.#window
    const cost = this.#leavesNoQuorum(action) ? Math.max(2, costOf(action, window)) : costOf(action, window)
    window.epochs += cost
    if (cost > 1) window.ends += 1
    window.faults.push(action.kind)
    if (action.kind === 'cut') window.cutUntil = Math.max(window.cutUntil, now + action.forMicros)
    window.troubles += action.kind === 'power' ? action.nodes.length : 1
    if (action.kind === 'slow-disk') {
      window.slowMicros = Math.max(window.slowMicros, action.extraMicros)
      if (action.extraMicros > campaignMicros && !isLeader(action.node, window)) window.slowVoters.push(action.extraMicros)
    }
    if (action.kind !== 'power' && this.#leavesNoQuorum(action)) {
      this.#window = null
      return
    }
    // Whoever has lost power may be needed for a quorum.
    if (action.kind !== 'power' && !endsLeader(action, window)) return
    if (this.#context.servers.length < 3) return
    if (action.kind !== 'power' && window.endsLeader) {
      // Perhaps no quorum is left.
      this.#window = null
      return
    }
    window.endsLeader = true
    const down = action.kind === 'power' ? durationOf(action) : 0
    const most = suspectedMicros + failoverMicros(this.#context.traits) + 5 * window.slowMicros
    window.deadline = Math.max(
      window.deadline === Number.POSITIVE_INFINITY ? 0 : window.deadline,
      Math.max(now, window.cutUntil) + down + most,
    )
  }

  /** Together with who is down already: a leader that is left alone has to go, and another comes when they are back. */
  #leavesNoQuorum(action: FaultAction): boolean {
    const { servers } = this.#context
    const down = new Set<NodeId | 'leader'>(servers.filter(({ isUp }) => !isUp).map(({ id }) => id))
    if (action.kind === 'crash' || action.kind === 'stop') down.add(action.node)
    else if (action.kind === 'power') for (const id of action.nodes) down.add(id)
    else return false
    return 2 * down.size >= servers.length
  }

  onPromise(epoch: Epoch): void {
    const window = this.#window
    if (window === null || epoch <= window.epoch + mostEpochs(window)) return
    const { faults } = window
    this.#context.fail(
      `epoch ${epoch} after ${faults.join(', ')} out of a calm in epoch ${window.epoch}; ${mostEpochs(window)} more are enough`,
    )
  }

  onStep(server: ObservedServer): void {
    const now = this.#context.now()
    this.#calm.onStep()
    const window = this.#window
    if (window === null) return
    if (this.#calm.isThere) {
      this.#window = null
      return
    }
    if (!Number.isFinite(window.epochs)) return
    this.#adopts(server, window)
    // There was one in time. What ends that one is a trouble of its own.
    if (isEstablished(server) && (server.core?.view.leaderEpoch ?? 0) > window.epoch) window.deadline = Number.POSITIVE_INFINITY
    if (now <= window.deadline) return
    window.deadline = Number.POSITIVE_INFINITY
    if (!this.#context.servers.some(isEstablished))
      this.#context.fail(`nobody leads in time after ${window.faults.join(', ')} out of a calm`)
  }

  #adopts({ id, core }: ObservedServer, { adopted, faults, troubles }: Window): void {
    const view = core?.view
    const follows = view?.role === 'following' ? `${id} follows ${view.leader} in epoch ${view.leaderEpoch}` : ''
    if (follows === this.#followed.get(id)) return
    this.#followed.set(id, follows)
    if (follows === '') return
    const times = (adopted.get(follows) ?? 0) + 1
    adopted.set(follows, times)
    if (times > 2 + 2 * troubles) this.#context.fail(`server ${follows} for the ${times}th time after ${faults.join(', ')} out of a calm`)
  }
}

export const loneFault: Invariant = {
  name: 'I30b',
  title:
    'Faults that come out of a calm cost no more epochs than they must, and no more time without a leader; nobody takes up the same leader again and again.',
  source: 'protocol §2.15, §2.16 I15, I28, I30; amendments 9–12, 14–17, 19, 20, 22',
  create: (context) => {
    const faults = new LoneFaults(context)
    return {
      onFault: (action) => {
        faults.onFault(action)
      },
      onStep: (server) => {
        faults.onStep(server)
      },
      onRecord: (_server, record) => {
        if (record.kind === 'promise') faults.onPromise(record.epoch)
      },
    }
  },
}
