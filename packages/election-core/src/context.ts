import type {
  AckEpoch,
  ClusterId,
  CoreBody,
  Epoch,
  LeaderHint,
  LogIndex,
  Micros,
  NodeId,
  Role,
  SnapshotMeta,
  StoreState,
  WalRecord,
  Zxid,
} from '@synod/interface/protocol'
import { compareZxid } from '@synod/interface/protocol'
import type { Notice, SnapshotCommand, Strength } from './effects.ts'
import type { Log } from './log.ts'
import type { CoreLimits, CoreOptions, CoreTimings } from './options.ts'
import type { Peer } from './peer.ts'
import { isQuorum, voterIds } from './quorum.ts'

/** The binding vote. In memory it may be ahead of the disk; nothing that rests on it leaves before it is durable. */
export interface Promised {
  readonly epoch: Epoch
  readonly candidate: NodeId
  readonly candidateIncarnation: number
}

/** A candidate's, or a re-epoching leader's, collection of grants (protocol §2.7). */
export interface Campaign {
  readonly epoch: Epoch
  readonly startedAt: Micros
  readonly reEpoch: boolean
  /** WAL sequence of the own promise; 0 once durable. The own grant counts only then (S79). */
  promiseSequence: number
  deadline: Micros
  retryAt: Micros
  readonly grants: Map<NodeId, Pick<AckEpoch, 'lastZxid' | 'epochTable' | 'firstIndex'>>
  readonly refusals: Set<NodeId>
  /** Donor of a fetch-up that is under way, 0 = none. */
  donor: NodeId
  /** When the donor is asked again, and how often it was since it last answered. */
  fetchAt: Micros
  fetchRetries: number
  /** WAL sequence of the fetched window that is being made durable; 0 = none. */
  windowSequence: number
  windowLast: boolean
}

/** A voter's grant, which it stands by while the candidate is at work (amendment 15). */
export interface Grant {
  readonly candidate: NodeId
  readonly epoch: Epoch
  readonly at: Micros
  /** WAL sequence of the promise, and when it was durable; -1 until then. */
  readonly sequence: number
  durableAt: Micros
  /** Grants before this one since this server had a leader: campaigns that failed, so that T_camp has grown. */
  readonly failedBefore: number
}

/** Own sequence per peer that its echo must reach before it counts as a confirmation. */
export type Thresholds = ReadonlyMap<NodeId, number>

/** Reads that wait for one confirmation of leadership (protocol §2.9, amendment 1). */
export interface ReadGroup {
  readonly index: LogIndex
  readonly reads: { readonly readId: number; readonly origin: NodeId; readonly originIncarnation: number }[]
  /** `null` until Appends were sent after the reads arrived. */
  thresholds: Thresholds | null
}

export interface SnapshotReceiving {
  readonly snapshot: SnapshotMeta
  readonly from: NodeId
  readonly epoch: Epoch
  readonly forFetch: boolean
  /** Bytes handed to the driver, and bytes it has written. */
  received: number
  written: number
  verifying: boolean
}

export interface OutgoingDraft {
  readonly to: Peer
  readonly body: CoreBody
  readonly lane: 'control' | 'bulk'
  readonly durable: boolean
  readonly sequence: number
  readonly toIncarnation: number
  readonly echo: { readonly incarnation: number; readonly sequence: number }
}

/** Everything a core knows. Only the modules of this package touch it; the outside sees `CoreView`. */
export interface Context {
  readonly options: CoreOptions
  readonly timings: CoreTimings
  readonly limits: CoreLimits
  readonly self: NodeId
  readonly peers: readonly Peer[]
  readonly log: Log

  now: Micros
  halted: boolean
  /** Written although this server has halted. */
  lastRecords: readonly WalRecord[]
  /** False until the incarnation is durable: nothing is heard or said before (amendment 38). */
  started: boolean
  startSequence: number
  store: StoreState
  clusterId: ClusterId
  generation: number
  instance: number
  incarnation: number
  /** Every voter is known to be formatted for this cluster: promises may be made (protocol §2.1b). */
  formed: boolean
  formattedBy: Set<NodeId>
  /** Cluster ids of pristine voters that were heard: the greatest is kept (amendment 8). */
  readonly pristineIds: Map<NodeId, ClusterId>
  /** When Format may be sent again. */
  formatAt: Micros
  missingReported: boolean

  promised: Promised
  commitIndex: LogIndex
  /** Commit index that the disk was told last, by a COMMITHINT or a SNAPBASE. */
  hintedCommit: LogIndex
  walSequence: number
  durableSequence: number
  durableLast: Zxid
  readonly walPending: { readonly sequence: number; readonly last: Zxid; readonly at: Micros }[]

  role: Role
  strength: Strength
  leader: NodeId
  leaderEpoch: Epoch
  /** When `looking` was entered (t_L of amendment E). */
  lookingSince: Micros
  suspicionMicros: Micros
  heartbeatMean: Micros
  leaderHeardAt: Micros
  answeredAt: Micros

  grant: Grant | null
  campaign: Campaign | null
  failedCampaigns: number
  refusedEpoch: Epoch
  finalizeAt: Micros | null
  finalizeFor: NodeId
  backoffUntil: Micros
  cannotLeadUntil: Micros
  /** Syncs in a row that must be fast before this server leads again: its disk was too slow to (amendment 20). */
  fastSyncsWanted: number
  /** It may lead although it should not: nobody else can (amendment 20). */
  lastResort: boolean
  /** When another was last able to lead, as far as a server that should not looked. */
  rivalAt: Micros
  /** Involuntary resignations: when, and how many within half a minute of each other (amendment 20). */
  resignedAt: Micros
  resignations: number
  stopping: boolean

  heartbeatAt: Micros
  statusAt: Micros
  statusDigest: string
  statusBurstAt: Micros
  statusBurst: number
  /** While leading: nothing confirmed before this counts (self-stall, amendment 7). */
  unconfirmedSince: Micros
  /** Moves T_down forward over a stall. */
  downGuard: Micros
  /** While leading: the highest promise heard of; above the own epoch, it has to be renewed. */
  learntEpoch: Epoch
  /** What the followers must echo before that; `null`: not asked yet, or in vain. */
  renewalThresholds: Thresholds | null
  reEpochAt: Micros
  /** When the present leadership began. */
  ledAt: Micros
  uncommittedBytes: number
  readonly readGroups: ReadGroup[]
  nextReadId: number
  readonly followerReads: Map<number, number>

  receiving: SnapshotReceiving | null

  // Effects of the step in progress.
  wal: WalRecord[]
  drafts: OutgoingDraft[]
  notices: Notice[]
  snapshotCommands: SnapshotCommand[]
  install: SnapshotMeta | null
  timerAt: Micros | null
}

/** Fast syncs after which a disk that was too slow is trusted again. */
export const fastSyncs = 3

export function peerOf(context: Context, id: NodeId): Peer | undefined {
  return context.peers.find((peer) => peer.id === id)
}

export interface SendOptions {
  /** Wait for every record emitted up to and including this step (R1, amendment 2). */
  readonly durable?: boolean
  readonly lane?: 'control' | 'bulk'
  /** The message answers this life of the receiver and no other. */
  readonly answers?: boolean
}

/** Queues one message; its sequence and echo are those of this moment. Returns the sequence. */
export function send(context: Context, to: Peer, body: CoreBody, options: SendOptions = {}): number {
  const sequence = to.noteSent(context.now)
  const echoFresh = to.seenAt >= 0 && context.now - to.seenAt <= context.timings.steadyFreshMicros
  context.drafts.push({
    to,
    body,
    lane: options.lane ?? 'control',
    durable: options.durable ?? false,
    sequence,
    toIncarnation: options.answers === true ? to.incarnation : 0,
    echo: echoFresh ? { incarnation: to.incarnation, sequence: to.seenSequence } : { incarnation: 0, sequence: 0 },
  })
  return sequence
}

/** The own disk has kept a promise or a leadership waiting too long (T_disk, amendment 20): no leading for a while, and not before it is fast again. */
export function distrustDisk(context: Context): void {
  context.cannotLeadUntil = context.now + 10_000_000
  context.fastSyncsWanted = fastSyncs
}

/** A broken invariant or rule: this core does nothing any more, and says why. Halting is a value, not an exception. */
export function halt(context: Context, invariant: string, detail: string): void {
  if (context.halted) return
  context.halted = true
  context.notices.push({ kind: 'halt', invariant, detail })
}

export function noteRole(context: Context): void {
  context.notices.push({
    kind: 'role',
    role: context.role,
    strength: context.strength,
    epoch: context.role === 'looking' || context.role === 'candidate' ? context.promised.epoch : context.leaderEpoch,
    leader: context.leader,
  })
}

/** Makes a promise: memory now, disk with this step's batch. Promises never go back (I2). */
export function promise(context: Context, promised: Promised): void {
  const { epoch, candidate, candidateIncarnation } = promised
  if (epoch < context.promised.epoch) {
    halt(context, 'I2', `promise of epoch ${epoch} after ${context.promised.epoch}`)
    return
  }
  context.promised = promised
  context.wal.push({ kind: 'promise', epoch, candidate, candidateIncarnation })
  if (context.store === 'pristine') context.store = 'formatted'
  const receiving = context.receiving
  if (receiving && (receiving.from !== candidate || receiving.epoch !== epoch) && !(receiving.forFetch && candidate === context.self)) {
    context.snapshotCommands.push({ kind: 'discard', snapshotId: receiving.snapshot.id })
    context.receiving = null
  }
}

/** The leader this server would name to others. */
export function leaderHint(context: Context): LeaderHint | null {
  if (context.role === 'leading') return { id: context.self, epoch: context.leaderEpoch, alive: isConfirmed(context) }
  if (context.role === 'following') return { id: context.leader, epoch: context.leaderEpoch, alive: true }
  return null
}

/** T_down (amendment 42). */
export function downMicros(context: Context): Micros {
  return 2 * context.timings.suspicionMinMicros + roundTripMax(context)
}

/** True when a quorum has confirmed this leader by Appended{own epoch, ok} within T_down and after any stall (amendments 1, 17). */
export function isConfirmed(context: Context): boolean {
  const since = Math.max(context.now - downMicros(context), context.unconfirmedSince)
  return isQuorum(context.log.config, (id) => id === context.self || (peerOf(context, id)?.confirmAt ?? -1) >= since)
}

/** T_camp after so many campaigns in a row that failed (amendment 11). */
export function campaignMicros(context: Context, failed: number): Micros {
  return Math.max(10 * roundTripMax(context), context.timings.campaignMinMicros) * 2 ** Math.min(failed, 4)
}

/** Longest known round trip, 0 when none is known yet. */
export function roundTripMax(context: Context): Micros {
  return context.peers.reduce((longest, peer) => Math.max(longest, peer.roundTrip), 0)
}

export interface Vote {
  readonly lastZxid: Zxid
  readonly priority: number
  readonly id: NodeId
}

/** The seed's rule: greatest (epoch, index), then priority, then id (protocol §2.6). */
export function compareVotes(a: Vote, b: Vote): number {
  return compareZxid(a.lastZxid, b.lastZxid) || a.priority - b.priority || a.id - b.id
}

export function priorityOf(context: Context, id: NodeId): number {
  return context.log.config.members.find((member) => member.id === id)?.priority ?? 0
}

export function ownVote(context: Context): Vote {
  return { lastZxid: context.durableLast, priority: priorityOf(context, context.self), id: context.self }
}

export function peerVote(peer: Peer): Vote | null {
  return peer.status && { lastZxid: peer.status.lastZxid, priority: peer.status.priority, id: peer.id }
}

export function voters(context: Context): readonly NodeId[] {
  return voterIds(context.log.config)
}
