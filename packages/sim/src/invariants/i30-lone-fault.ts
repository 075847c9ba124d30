import type { Epoch, Micros, NodeId } from '@synod/interface/protocol'
import type { FaultAction } from '../nemesis/actions.ts'
import { durationOf } from '../nemesis/duration.ts'
import { Calm, isEstablished } from './calm.ts'
import { failoverMicros } from './i29-speed.ts'
import type { Invariant, InvariantContext, ObservedServer } from './invariant.ts'
import { campaignMicros, costOf, endsLeader, isLeader, mostEpochs, newTrouble, suspectedMicros } from './lone-fault-costs.ts'
import type { Trouble } from './lone-fault-costs.ts'

function isLeadingOrAsking(role: string | undefined): boolean {
  return role === 'leading' || role === 'candidate'
}

/** Follows one run. */
class LoneFaults {
  readonly #context: InvariantContext
  readonly #followed: Map<NodeId, string> = new Map()
  readonly #calm: Calm
  /** Epochs of leaderships that were given up, not for a stop, by the life of the server. */
  readonly #resigned: Map<string, Set<Epoch>> = new Map()
  #hadSlowDisks = false
  #trouble: Trouble | null = null

  constructor(context: InvariantContext) {
    this.#context = context
    this.#calm = new Calm(context)
  }

  onFault(action: FaultAction): void {
    if (action.kind === 'slow-disk') this.#hadSlowDisks = true
    const leader = this.#calm.settled()
    if (this.#trouble === null) {
      if (leader === null || !this.#calm.isThere) return
      this.#context.count('faults out of a calm')
      const epoch = leader.core?.view.leaderEpoch ?? 0
      this.#trouble = newTrouble(leader.id, epoch)
    }
    const trouble = this.#trouble
    trouble.leads = new Set(this.#context.servers.filter(({ core }) => isLeadingOrAsking(core?.view.role)).map(({ id }) => id))
    const isAlone = this.#leavesNoQuorum(action)
    this.#count(action, trouble, isAlone ? Math.max(2, costOf(action, trouble)) : costOf(action, trouble))
    const isPower = action.kind === 'power'
    const mayLackQuorum = !isPower && (isAlone || (endsLeader(action, trouble) && trouble.endsLeader && this.#context.servers.length >= 3))
    if (mayLackQuorum) this.#trouble = null
    // Whoever has lost power may be needed for a quorum.
    else if (isPower || endsLeader(action, trouble)) this.#expectLeader(action, trouble)
  }

  #count(action: FaultAction, trouble: Trouble, cost: number): void {
    trouble.epochs += cost
    if (cost > 1) trouble.ends += 1
    trouble.faults.push(action.kind)
    trouble.disturbances += action.kind === 'power' ? action.nodes.length : 1
    if (action.kind === 'cut') trouble.cutUntil = Math.max(trouble.cutUntil, this.#context.now() + action.forMicros)
    if (action.kind !== 'slow-disk') return
    trouble.slowMicros = Math.max(trouble.slowMicros, action.extraMicros)
    if (2 * action.extraMicros > campaignMicros && !isLeader(action.node, trouble)) trouble.slowVoters.push(action.extraMicros)
  }

  /** Somebody leads again in time, once those who may be needed for it are back. */
  #expectLeader(action: FaultAction, trouble: Trouble): void {
    if (this.#context.servers.length < 3) return
    trouble.endsLeader = true
    const from = this.#context.now() + (action.kind === 'power' ? durationOf(action) : 0)
    trouble.expectedFrom = trouble.expectedFrom === Number.POSITIVE_INFINITY ? from : Math.max(trouble.expectedFrom, from)
  }

  /** By then somebody leads again, if nobody does; later when disks became slow, or somebody was cut off, in the meantime. */
  #deadline({ expectedFrom, cutUntil, slowMicros }: Trouble): Micros {
    return Math.max(expectedFrom, cutUntil) + suspectedMicros + failoverMicros(this.#context.traits) + 5 * slowMicros
  }

  /** Together with who is down or stands still already: a leader that is left alone has to go, and another comes when they are back. */
  #leavesNoQuorum(action: FaultAction): boolean {
    const { servers } = this.#context
    const down = new Set<NodeId | 'leader'>(servers.filter(({ isUp, isPaused }) => !isUp || isPaused).map(({ id }) => id))
    if (action.kind === 'crash' || action.kind === 'stop' || action.kind === 'pause') down.add(action.node)
    else if (action.kind === 'power') for (const id of action.nodes) down.add(id)
    else return false
    return 2 * down.size >= servers.length
  }

  onPromise(epoch: Epoch): void {
    const trouble = this.#trouble
    if (trouble === null || epoch <= trouble.epoch + mostEpochs(trouble)) return
    const { faults } = trouble
    this.#context.fail(
      `epoch ${epoch} after ${faults.join(', ')} out of a calm in epoch ${trouble.epoch}; ${mostEpochs(trouble)} more are enough`,
    )
  }

  onResign({ id, lives, isStopping }: ObservedServer, epoch: Epoch): void {
    if (isStopping) return
    const life = `${id}/${lives}`
    this.#resigned.set(life, (this.#resigned.get(life) ?? new Set<Epoch>()).add(epoch))
  }

  /** Who has resigned twice, or because of its disk, waits on purpose before it leads again (amendment 20); who stands still leads nobody. */
  #mayLead({ id, lives, isUp, isPaused }: ObservedServer): boolean {
    const times = this.#resigned.get(`${id}/${lives}`)?.size ?? 0
    return isUp && !isPaused && times < (this.#hadSlowDisks ? 1 : 2)
  }

  onStep(server: ObservedServer): void {
    const now = this.#context.now()
    this.#calm.onStep()
    const trouble = this.#trouble
    if (trouble === null) return
    if (this.#calm.isThere) {
      this.#trouble = null
      return
    }
    if (!Number.isFinite(trouble.epochs)) return
    this.#adopts(server, trouble)
    // There was one in time. What ends that one is a trouble of its own.
    if (isEstablished(server) && (server.core?.view.leaderEpoch ?? 0) > trouble.epoch) trouble.expectedFrom = Number.POSITIVE_INFINITY
    if (now <= this.#deadline(trouble)) return
    trouble.expectedFrom = Number.POSITIVE_INFINITY
    const { servers } = this.#context
    if (servers.some((each) => this.#mayLead(each)) && !servers.some((each) => isEstablished(each) && !each.isPaused))
      this.#context.fail(`nobody leads in time after ${trouble.faults.join(', ')} out of a calm`)
  }

  #adopts({ id, core }: ObservedServer, { adopted, faults, disturbances }: Trouble): void {
    const view = core?.view
    const follows = view?.role === 'following' ? `${id} follows ${view.leader} in epoch ${view.leaderEpoch}` : ''
    if (follows === this.#followed.get(id)) return
    this.#followed.set(id, follows)
    if (follows === '') return
    const times = (adopted.get(follows) ?? 0) + 1
    adopted.set(follows, times)
    if (times > 2 + 2 * disturbances)
      this.#context.fail(`server ${follows} for the ${times}th time after ${faults.join(', ')} out of a calm`)
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
      onSend: (server, body) => {
        if (body.type === 'resign') faults.onResign(server, body.epoch)
      },
      onRecord: (_server, record) => {
        if (record.kind === 'promise') faults.onPromise(record.epoch)
      },
    }
  },
}
