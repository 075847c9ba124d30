import type { ReadIndex, ReadIndexed } from '@synod/interface/protocol'
import { askConfirmation, isConfirmedSince } from './confirmation.ts'
import type { Context, ReadGroup } from './context.ts'
import { leaderHint, peerOf, send } from './context.ts'
import type { Peer } from './peer.ts'

/** Groups of reads that wait for confirmation at once; later reads join the newest. */
const groupsMax = 8

/** A read of this server's own clients (protocol §2.9): confirmed here when leading, asked of the leader when following. */
export function onRead(context: Context, readId: number): void {
  if (context.role === 'leading' && context.strength === 'established') {
    joinGroup(context, { readId, origin: context.self, originIncarnation: context.incarnation })
    return
  }
  const leader = context.role === 'following' ? peerOf(context, context.leader) : undefined
  if (!leader) {
    context.notices.push({ kind: 'readFailed', readId })
    return
  }
  context.nextReadId += 1
  context.followerReads.set(context.nextReadId, readId)
  send(context, leader, { type: 'readIndex', readId: context.nextReadId })
}

export function onReadIndex(context: Context, peer: Peer, ask: ReadIndex): void {
  if (context.role === 'leading' && context.strength === 'established') {
    joinGroup(context, { readId: ask.readId, origin: peer.id, originIncarnation: peer.incarnation })
    return
  }
  send(context, peer, { type: 'readIndexed', readId: ask.readId, index: 0, refused: true, leader: leaderHint(context) }, { answers: true })
}

export function onReadIndexed(context: Context, answer: ReadIndexed): void {
  const readId = context.followerReads.get(answer.readId)
  if (readId === undefined) return
  context.followerReads.delete(answer.readId)
  if (answer.refused) context.notices.push({ kind: 'readFailed', readId })
  else context.notices.push({ kind: 'readReady', readId, index: answer.index })
}

type PendingRead = ReadGroup['reads'][number]

/** The index is the commit index of now; whatever was acknowledged before the read arrived is below it (I17). */
function joinGroup(context: Context, read: PendingRead): void {
  const open = context.readGroups.at(-1)
  if (open && open.thresholds === null && open.index === context.commitIndex) open.reads.push(read)
  else context.readGroups.push({ index: context.commitIndex, reads: [read], thresholds: null })
}

/** Sends the Appends that are to confirm groups that have none yet; called at the end of a step. */
export function flushReads(context: Context): void {
  if (context.role !== 'leading') return
  const waiting = context.readGroups.filter((group) => group.thresholds === null)
  const asked = context.readGroups.length - waiting.length
  if (waiting.length === 0 || (asked >= groupsMax && context.now < context.heartbeatAt)) return
  const thresholds = askConfirmation(context)
  for (const group of waiting) group.thresholds = thresholds
}

/** A quorum has answered Appends of this epoch that were sent after the reads arrived: they may be answered (amendment 1). */
export function confirmReads(context: Context): void {
  while (context.readGroups.length > 0) {
    const group = context.readGroups[0]
    if (!group || !isConfirmedGroup(context, group)) return
    context.readGroups.shift()
    for (const read of group.reads) answerRead(context, read, group.index)
  }
}

function isConfirmedGroup(context: Context, group: ReadGroup): boolean {
  const { thresholds } = group
  return thresholds === null ? context.peers.length === 0 : isConfirmedSince(context, thresholds)
}

function answerRead(context: Context, read: PendingRead, index: number): void {
  if (read.origin === context.self) {
    context.notices.push({ kind: 'readReady', readId: read.readId, index })
    return
  }
  const peer = peerOf(context, read.origin)
  if (!peer || peer.incarnation !== read.originIncarnation) return
  peer.progress.awaitsCommit = Math.max(peer.progress.awaitsCommit, index)
  send(context, peer, { type: 'readIndexed', readId: read.readId, index, refused: false, leader: null }, { answers: true })
}
