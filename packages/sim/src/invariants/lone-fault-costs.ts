import type { Epoch, Micros, NodeId } from '@synod/interface/protocol'
import type { FaultAction } from '../nemesis/actions.ts'

/** Disks up to here carry a leadership, those from there on lose it (T_disk is a second); between them it depends on the load. */
const carriesMicros: Micros = 300_000
const tooSlowMicros: Micros = 1_000_000
/** T_camp of the first campaign: a voter promises too late for it when its disk, busy with another write, takes longer. */
export const campaignMicros: Micros = 250_000
/** Silence until a leader is suspected, and the wait for those who are not heard. */
export const suspectedMicros: Micros = 300_000

/** What faults that come out of a calm may cost, all together. */
export interface Trouble {
  readonly epoch: Epoch
  readonly leader: NodeId
  /** Who leads, or asks for it, at the fault that is judged: what has come of the faults before it. */
  leads: ReadonlySet<NodeId>
  epochs: number
  readonly faults: string[]
  /** A loss of power is one for each server: each dials everybody anew, and dials cross. */
  disturbances: number
  /** Since when somebody else has to come to lead; infinite: nobody has to. */
  expectedFrom: Micros
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

/** Nothing has happened yet to what this leader leads. */
export function newTrouble(leader: NodeId, epoch: Epoch): Trouble {
  return {
    epoch,
    leader,
    leads: new Set(),
    epochs: 0,
    faults: [],
    disturbances: 0,
    expectedFrom: Number.POSITIVE_INFINITY,
    slowMicros: 0,
    cutUntil: 0,
    ends: 0,
    slowVoters: [],
    endsLeader: false,
    adopted: new Map(),
  }
}

/** Epochs that a fault may use up; infinite: not judged. */
export function costOf(action: FaultAction, trouble: Trouble): number {
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
      return isLeader(action.node, trouble) ? 2 : 0
    case 'power':
      return action.nodes.some((node) => isLeader(node, trouble)) ? 2 : 0
    case 'cut':
      return isLeader(action.node, trouble) ? 2 : 1
    case 'slow-disk':
      if (!isLeader(action.node, trouble) || action.extraMicros <= carriesMicros) return 0
      return action.extraMicros < tooSlowMicros ? Number.POSITIVE_INFINITY : 2
    case 'edges':
      return isOneLink(action, trouble.leader) ? 1 : Number.POSITIVE_INFINITY
    default:
      return Number.POSITIVE_INFINITY
  }
}

/** The one that led when the trouble began, or one that has followed it. */
export function isLeader(node: NodeId | 'leader', { leader, leads }: Trouble): boolean {
  return node === 'leader' || node === leader || leads.has(node)
}

/**
 * Where a voter's disk is slow and the leader may be gone, its promise may be needed. Campaigns give up before it comes, each for an
 * epoch, until T_camp has doubled often enough; a promise waits for the disk to be done with the one before it. Whoever is slow may be
 * elected, too, and resign because of its disk. A slow disk alone still costs nothing.
 */
export function mostEpochs({ epochs, ends, slowVoters }: Trouble): number {
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
export function endsLeader(action: FaultAction, trouble: Trouble): boolean {
  switch (action.kind) {
    case 'crash':
      return isLeader(action.node, trouble) && action.effects === 0
    case 'pause':
      return isLeader(action.node, trouble) && action.forMicros > 2 * suspectedMicros
    case 'power':
      return action.nodes.some((node) => isLeader(node, trouble))
    default:
      return false
  }
}
