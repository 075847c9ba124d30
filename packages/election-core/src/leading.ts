import type { ClusterConfig, Entry, Epoch } from '@synod/interface/protocol'
import type { CoreEvent } from './events.ts'
import type { Campaign, Context } from './context.ts'
import { distrustDisk, downMicros, isConfirmed, noteRole, peerOf } from './context.ts'
import type { LogSummary } from './log.ts'
import { entryBytes } from './log.ts'
import { newProgress } from './peer.ts'
import type { Peer } from './peer.ts'
import { isQuorum, quorumIndex } from './quorum.ts'
import { confirmReads } from './read-index.ts'
import { heartbeat, startAt } from './replication.ts'
import { become, stepDown } from './roles.ts'
import { openEntries } from './wal.ts'

/** Takes leadership of `campaigning.epoch` (protocol §2.7): its EPOCH entry, and to each follower exactly what it lacks. */
export function lead(context: Context, campaigning: Campaign): void {
  context.campaign = null
  context.failedCampaigns = 0
  context.refusedEpoch = 0
  context.grant = null
  context.leaderEpoch = campaigning.epoch
  context.leader = context.self
  context.strength = 'elected'
  context.unconfirmedSince = -1
  context.downGuard = 0
  context.uncommittedBytes = 0
  context.learntEpoch = 0
  context.renewalThresholds = null
  context.reEpochAt = -1_000_000_000_000
  context.ledAt = context.now
  become(context, 'leading')
  for (const peer of context.peers) peer.confirmAt = context.now
  beginEpoch(context, campaigning)
}

/** The end of a renewal in place: the same leader goes on under a higher epoch; `established` stays true for the old one. */
export function resumeInNewEpoch(context: Context, campaigning: Campaign): void {
  context.campaign = null
  for (const group of context.readGroups) group.thresholds = null
  context.leaderEpoch = campaigning.epoch
  for (const peer of context.peers) peer.confirmAt = Math.max(peer.confirmAt, campaigning.startedAt)
  beginEpoch(context, campaigning)
  noteRole(context)
}

function beginEpoch(context: Context, campaigning: Campaign): void {
  const commonOf = new Map<number, LogSummary>()
  for (const [id, grant] of campaigning.grants) commonOf.set(id, grant)
  const before = context.log.lastIndex
  appendEntries(context, [epochEntry(context, campaigning.epoch, context.log.config)])
  for (const peer of context.peers) {
    const summary = commonOf.get(peer.id)
    peer.progress = newProgress(before + 1)
    if (summary) startAt(context, peer, summary)
    peer.progress.mode = peer.progress.mode === 'snapshot' ? 'snapshot' : summary ? 'pipeline' : 'probe'
  }
  context.heartbeatAt = context.now + context.timings.heartbeatMicros
}

function epochEntry(context: Context, epoch: Epoch, config: ClusterConfig): Entry {
  const payload = context.options.codec.encode(config)
  return { epoch, index: context.log.lastIndex + 1, type: 'epoch', timeMs: context.log.lastTimeMs, payload }
}

function appendEntries(context: Context, entries: readonly Entry[]): void {
  openEntries(context).push(...entries)
  context.log.append(entries)
  for (const entry of entries) context.uncommittedBytes += entryBytes(entry)
}

/** Clients' commands enter the log; refused before, never after, they are appended (protocol §2.8). */
export function onPropose(context: Context, event: Extract<CoreEvent, { type: 'propose' }>): void {
  const { proposalId, commands } = event
  if (context.role !== 'leading') {
    context.notices.push({ kind: 'refused', proposalId, code: 'SYNOD_NOT_LEADER' })
    return
  }
  const bytes = commands.reduce((sum, command) => sum + command.length, 0)
  if (context.uncommittedBytes + bytes > context.limits.uncommittedBytesMax) {
    context.notices.push({ kind: 'refused', proposalId, code: 'SYNOD_BUSY' })
    return
  }
  const firstIndex = context.log.lastIndex + 1
  const timeMs = Math.max(event.timeMs, context.log.lastTimeMs)
  const epoch = context.leaderEpoch
  appendEntries(
    context,
    commands.map((payload, at): Entry => ({ epoch, index: firstIndex + at, type: 'command', timeMs, payload })),
  )
  for (const id of event.awaitedBy ?? []) {
    const peer = peerOf(context, id)
    if (peer) peer.progress.awaitsCommit = context.log.lastIndex
  }
  context.notices.push({ kind: 'proposed', proposalId, epoch, firstIndex, count: commands.length })
}

/** At every step while leading: commit, reads, heartbeats, and whether this server should go on leading. */
export function tendLeader(context: Context): void {
  advanceCommit(context)
  confirmReads(context)
  if (mustStepDown(context)) return
  heartbeat(context)
}

/** What a quorum holds durably of the own epoch is committed (Raft §5.4.2, S31). The own disk counts when it has it (R2). */
function advanceCommit(context: Context): void {
  if (context.commitIndex === context.log.lastIndex) return
  const durable = Math.min(context.durableLast.index, context.log.lastIndex)
  const matchOf = (id: number): number => (id === context.self ? durable : (peerOf(context, id)?.progress.match ?? 0))
  const index = quorumIndex(context.log.config, matchOf)
  if (index <= context.commitIndex || context.log.epochAt(index) !== context.leaderEpoch) return
  for (let at = context.commitIndex + 1; at <= index; at += 1) {
    const entry = context.log.entryAt(at)
    if (entry) context.uncommittedBytes = Math.max(0, context.uncommittedBytes - entryBytes(entry))
  }
  for (const { progress } of context.peers) if (progress.toldCommit >= context.commitIndex) progress.untoldSince = context.now
  context.commitIndex = index
  if (context.strength === 'elected') {
    context.strength = 'established'
    noteRole(context)
  }
}

/** Check-quorum and T_disk (protocol §2.5, amendments 7, 12, 20). */
function mustStepDown(context: Context): boolean {
  const downAt = context.now - downMicros(context)
  const heard = (peer: Peer | undefined): boolean => peer !== undefined && Math.max(peer.confirmAt, context.downGuard) >= downAt
  if (!isQuorum(context.log.config, (id) => id === context.self || heard(peerOf(context, id)))) {
    context.campaign = null
    stepDown(context, 'resign')
    return true
  }
  const oldest = context.walPending[0]
  if (oldest && context.now - oldest.at > context.timings.diskMaxMicros && context.peers.length > 0 && isConfirmed(context)) {
    distrustDisk(context)
    context.campaign = null
    stepDown(context, 'resign')
    return true
  }
  return false
}
