import type { Entry, LogIndex, Member, Micros, Role, SnapshotMeta, StoreState, Zxid } from '@synod/interface/protocol'
import { evaluate } from './canvass.ts'
import { tendCampaign } from './campaign.ts'
import type { Context, Promised } from './context.ts'
import { fastSyncs, isConfirmed, noteRole } from './context.ts'
import type { Effects, Strength } from './effects.ts'
import { finishStep } from './effects-builder.ts'
import type { CoreEvent } from './events.ts'
import { tendFollower } from './follower.ts'
import { metaRecord, tendFormation } from './formation.ts'
import { tendLastResort } from './last-resort.ts'
import { onPropose, tendLeader } from './leading.ts'
import { onClosed, onOpened, onRefused } from './links.ts'
import { onMessage } from './messages.ts'
import { confirmReads, flushReads, onRead } from './read-index.ts'
import { tendReEpoch } from './re-epoch.ts'
import { flushAppends } from './replication.ts'
import { become, stepDown } from './roles.ts'
import { onSnapshotVerified, onSnapshotWritten, tendReceiving } from './snapshot-receiving.ts'
import { neededFrom, onSnapshotRead, tendSnapshots } from './snapshot-sending.ts'
import { onSnapshotTaken } from './snapshot-taken.ts'
import { broadcastIfChanged } from './status.ts'
import { excuseStall } from './timers.ts'

/** What may be looked at from outside: for invariants, metrics and people. */
export interface CoreView {
  readonly role: Role
  readonly strength: Strength
  readonly leader: number
  /** Of the own leadership, or of the leader followed; while looking the last one known. */
  readonly leaderEpoch: number
  readonly promised: Promised
  readonly member: Member
  readonly incarnation: number
  readonly clusterId: string
  readonly generation: number
  readonly store: StoreState
  readonly formed: boolean
  readonly halted: boolean
  readonly firstIndex: LogIndex
  readonly lastZxid: Zxid
  readonly durableZxid: Zxid
  readonly commitIndex: LogIndex
  readonly configIndex: LogIndex
  /** A quorum has confirmed the own leadership lately; false when not leading. */
  readonly confirmed: boolean
  readonly leaderHeardAt: Micros
  readonly uncommittedBytes: number
  /** Reads that the leader followed was asked for and has not answered. */
  readonly readsAsked: number
}

/** Who this server is, as each of its frames says. */
export interface CoreIdentity {
  readonly clusterId: string
  readonly generation: number
  readonly member: Member
  readonly incarnation: number
  readonly configIndex: LogIndex
}

/**
 * Election and replication of one server as a pure step function (protocol §2): no clock, no randomness, no I/O.
 * Made by `recover`, the only constructor.
 *
 * To ensure correctness the driver passes *every* event through `step`, one after the other, and executes the effects in the order
 * that `Effects` describes.
 */
export class ElectionCore {
  private readonly context: Context

  constructor(context: Context) {
    this.context = context
  }

  /** Takes one event at monotonic time `now`, never below that of the step before. */
  step(now: Micros, event: CoreEvent): Effects {
    const { context } = this
    context.now = Math.max(now, context.now)
    if (!context.halted) {
      excuseStall(context)
      if (event.type === 'start') start(context)
      else if (context.started || event.type === 'durable' || isOfTransport(event)) {
        dispatch(context, event)
        if (context.started) settle(context)
      }
    }
    return finishStep(context)
  }

  /** Entries `from` … `to`, both included, as far as they are in memory: what the driver applies. */
  entries(from: LogIndex, to: LogIndex): readonly Entry[] {
    return this.context.log.range(from, to)
  }

  /** Epoch of the entry at `index`; -1 when there is none. */
  epochAt(index: LogIndex): number {
    return this.context.log.epochAt(index)
  }

  /** Highest index that a peer has acknowledged to this server as the leader of its present epoch; 0 when it has none. */
  matchOf(id: number): LogIndex {
    const { role, peers } = this.context
    return role === 'leading' ? (peers.find((peer) => peer.id === id)?.progress.match ?? 0) : 0
  }

  /** Bytes that a snapshot must carry beside the state: the configuration and epoch table up to an applied index. */
  snapshotBasis(index: LogIndex): Pick<SnapshotMeta, 'zxid' | 'config' | 'epochTable' | 'timeMs'> {
    const { log } = this.context
    const timeMs = log.entryAt(index)?.timeMs ?? log.snapshot?.timeMs ?? 0
    return { zxid: log.zxidAt(index), config: log.config, epochTable: log.tableUpTo(index), timeMs }
  }

  /** Least index that a follower still needs of this leader's log; beyond every index when nobody lags, or this is no leader. */
  neededFrom(): LogIndex {
    return neededFrom(this.context)
  }

  get identity(): CoreIdentity {
    const { clusterId, generation, self, instance, incarnation, log } = this.context
    return { clusterId, generation, member: { id: self, instance }, incarnation, configIndex: log.configIndex }
  }

  get commitIndex(): LogIndex {
    return this.context.commitIndex
  }

  get view(): CoreView {
    const { context } = this
    return {
      role: context.role,
      strength: context.strength,
      leader: context.leader,
      leaderEpoch: context.leaderEpoch,
      promised: context.promised,
      member: { id: context.self, instance: context.instance },
      incarnation: context.incarnation,
      clusterId: context.clusterId,
      generation: context.generation,
      store: context.store,
      formed: context.formed,
      halted: context.halted,
      firstIndex: context.log.firstIndex,
      lastZxid: context.log.last,
      durableZxid: context.durableLast,
      commitIndex: context.commitIndex,
      configIndex: context.log.configIndex,
      confirmed: context.role === 'leading' && isConfirmed(context),
      leaderHeardAt: context.leaderHeardAt,
      uncommittedBytes: context.uncommittedBytes,
      readsAsked: context.followerReads.size,
    }
  }
}

/** What the transport says of a link is never said twice: it is taken in also while nothing may be heard or said. */
function isOfTransport(event: CoreEvent): boolean {
  return event.type === 'opened' || event.type === 'closed' || event.type === 'refused' || event.type === 'roundTrip'
}

function start(context: Context): void {
  if (context.store === 'blank') {
    context.started = true
    context.lookingSince = context.now
    noteRole(context)
    settle(context)
    return
  }
  context.wal.push(metaRecord(context))
  context.startSequence = context.walSequence + 1
}

function dispatch(context: Context, event: Exclude<CoreEvent, { type: 'start' }>): void {
  switch (event.type) {
    case 'message':
      onMessage(context, event)
      break
    case 'durable':
      onDurable(context, event.sequence)
      break
    case 'opened':
      onOpened(context, event.peer)
      break
    case 'closed':
      onClosed(context, event.peer)
      break
    case 'refused':
      onRefused(context, event.peer)
      break
    case 'roundTrip': {
      const peer = context.peers.find((each) => each.id === event.peer)
      if (peer) peer.roundTrip = event.micros
      break
    }
    case 'tick':
      break
    case 'propose':
      onPropose(context, event)
      break
    case 'read':
      onRead(context, event.readId)
      break
    case 'resign':
      context.stopping = true
      if (context.role === 'candidate') become(context, 'looking')
      stepDown(context, 'stop')
      break
    case 'snapshotTaken':
      onSnapshotTaken(context, event)
      break
    case 'snapshotRead':
      onSnapshotRead(context, event)
      break
    case 'snapshotWritten':
      onSnapshotWritten(context, event)
      break
    case 'snapshotVerified':
      onSnapshotVerified(context, event)
      break
  }
}

function onDurable(context: Context, sequence: number): void {
  context.durableSequence = Math.max(context.durableSequence, Math.min(sequence, context.walSequence))
  if (context.fastSyncsWanted > 0) judgeDisk(context)
  while (context.walPending[0] && context.walPending[0].sequence <= context.durableSequence) {
    context.durableLast = context.walPending.shift()?.last ?? context.durableLast
  }
  const { grant } = context
  if (grant && grant.durableAt < 0 && context.durableSequence >= grant.sequence) grant.durableAt = context.now
  if (context.started || context.durableSequence < context.startSequence) return
  context.started = true
  context.lookingSince = context.now
  noteRole(context)
}

/** Three syncs in a row under a quarter of T_disk, the wait for their turn included, and a disk is trusted again (amendment 20). */
function judgeDisk(context: Context): void {
  const oldest = context.walPending[0]
  if (!oldest || oldest.sequence > context.durableSequence) return
  const isFast = context.now - oldest.at < context.timings.diskMaxMicros / 4
  context.fastSyncsWanted = isFast ? context.fastSyncsWanted - 1 : fastSyncs
}

/** What follows from the new state, whatever the event was. */
function settle(context: Context): void {
  tendFormation(context)
  if (context.campaign) tendCampaign(context)
  if (context.role === 'leading') {
    tendLeader(context)
    tendReEpoch(context)
    tendSnapshots(context)
  }
  if (context.role === 'following') tendFollower(context)
  tendReceiving(context)
  tendLastResort(context)
  evaluate(context)
  flushReads(context)
  flushAppends(context)
  if (context.peers.length === 0 && context.role === 'leading') confirmReads(context)
  broadcastIfChanged(context)
}
