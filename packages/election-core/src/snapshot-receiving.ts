import type { Epoch, SnapshotBegin, SnapshotChunk, Zxid } from '@synod/interface/protocol'
import type { Context, SnapshotReceiving } from './context.ts'
import { peerOf, send } from './context.ts'
import type { CoreEvent } from './events.ts'
import { noteFetchProgress } from './fetch.ts'
import { acceptLeader } from './follower.ts'
import type { Peer } from './peer.ts'
import { writeSnapbase } from './snapbase.ts'

/** May this sender change our log? Exactly the rule of an Append, or of a Fetched (amendment 3). */
function isEntitled(context: Context, peer: Peer, message: SnapshotBegin | SnapshotChunk): boolean {
  if (!message.forFetch) return acceptLeader(context, peer, message.epoch)
  const campaigning = context.campaign
  return (
    campaigning !== null &&
    !campaigning.reEpoch &&
    campaigning.epoch === message.epoch &&
    campaigning.donor === peer.id &&
    message.candidateIncarnation === context.incarnation &&
    context.promised.candidate === context.self
  )
}

export function onSnapshotBegin(context: Context, peer: Peer, begin: SnapshotBegin): void {
  if (!isEntitled(context, peer, begin)) return
  const { snapshot, epoch, forFetch } = begin
  const floor = Math.max(context.log.base.index, context.commitIndex)
  if (snapshot.zxid.index <= floor) {
    acknowledge(context, peer, { epoch, snapshotId: snapshot.id, have: context.log.zxidAt(floor) })
    return
  }
  const present = context.receiving
  if (present && present.snapshot.id === snapshot.id) {
    // What has arrived is being written, whoever offers the rest.
    context.receiving = { ...present, from: peer.id, epoch, forFetch }
  } else {
    if (present) context.snapshotCommands.push({ kind: 'discard', snapshotId: present.snapshot.id })
    context.receiving = { snapshot, from: peer.id, epoch, forFetch, received: 0, written: 0, verifying: false }
  }
  acknowledge(context, peer, { epoch, snapshotId: snapshot.id, offset: context.receiving?.received ?? 0 })
}

export function onSnapshotChunk(context: Context, peer: Peer, chunk: SnapshotChunk): void {
  if (!isEntitled(context, peer, chunk)) return
  const receiving = context.receiving
  if (!receiving || receiving.from !== peer.id || receiving.snapshot.id !== chunk.snapshotId || receiving.verifying) return
  if (chunk.forFetch && context.campaign) noteFetchProgress(context, context.campaign)
  if (chunk.offset !== receiving.received) {
    if (chunk.offset > receiving.received)
      acknowledge(context, peer, { epoch: chunk.epoch, snapshotId: chunk.snapshotId, offset: receiving.received })
    return
  }
  receiving.received += chunk.bytes.length
  context.snapshotCommands.push({ kind: 'write', snapshotId: chunk.snapshotId, offset: chunk.offset, bytes: chunk.bytes })
}

/**
 * What the snapshot says was reached in another way: the rest of it is not wanted. From here on the own snapshot of that position may
 * be written under the same name, so that no further piece of the leader's may (S42, `testdata/s42-reached-in-another-way`).
 */
export function tendReceiving(context: Context): void {
  const receiving = context.receiving
  if (!receiving || receiving.verifying || receiving.snapshot.zxid.index > context.commitIndex) return
  const { snapshot, epoch, from } = receiving
  context.receiving = null
  context.snapshotCommands.push({ kind: 'discard', snapshotId: snapshot.id })
  const peer = peerOf(context, from)
  if (peer) acknowledge(context, peer, { epoch, snapshotId: snapshot.id, have: context.log.zxidAt(context.commitIndex) })
}

export function onSnapshotWritten(context: Context, event: Extract<CoreEvent, { type: 'snapshotWritten' }>): void {
  const receiving = context.receiving
  if (!receiving || receiving.snapshot.id !== event.snapshotId || receiving.verifying) return
  // News of an earlier transfer of the same snapshot, which was discarded with its bytes.
  if (event.offset > receiving.received) return
  receiving.written = Math.max(receiving.written, event.offset)
  if (receiving.forFetch && context.campaign) noteFetchProgress(context, context.campaign)
  if (receiving.written >= receiving.snapshot.size) {
    receiving.verifying = true
    context.snapshotCommands.push({ kind: 'verify', snapshot: receiving.snapshot })
    return
  }
  const peer = peerOf(context, receiving.from)
  if (peer) acknowledge(context, peer, { epoch: receiving.epoch, snapshotId: event.snapshotId, offset: receiving.written })
}

/** Whole and sound: one SNAPBASE record is the commit point; a crash anywhere before it leaves the old state (I12). */
export function onSnapshotVerified(context: Context, event: Extract<CoreEvent, { type: 'snapshotVerified' }>): void {
  const receiving = context.receiving
  // News of an earlier transfer of the same snapshot, as above: of this one nothing is being checked.
  if (!receiving?.verifying || receiving.snapshot.id !== event.snapshotId) return
  context.receiving = null
  const peer = peerOf(context, receiving.from)
  const floor = Math.max(context.log.base.index, context.commitIndex)
  if (!event.ok || receiving.snapshot.zxid.index <= floor || !stillEntitled(context, receiving)) {
    context.snapshotCommands.push({ kind: 'discard', snapshotId: event.snapshotId })
    if (peer) acknowledge(context, peer, { epoch: receiving.epoch, snapshotId: event.snapshotId, offset: 0 })
    return
  }
  const { snapshot } = receiving
  context.log.install(snapshot)
  context.commitIndex = Math.max(context.commitIndex, snapshot.zxid.index)
  writeSnapbase(context, snapshot)
  context.install = snapshot
  if (receiving.forFetch && context.campaign) {
    context.campaign.donor = 0
    context.campaign.windowSequence = context.walSequence + 1
  }
  if (peer) acknowledge(context, peer, { epoch: receiving.epoch, snapshotId: snapshot.id, offset: snapshot.size, installed: true })
}

function stillEntitled(context: Context, receiving: SnapshotReceiving): boolean {
  if (context.promised.epoch !== receiving.epoch) return false
  if (receiving.forFetch) return context.campaign !== null && !context.campaign.reEpoch && context.campaign.donor === receiving.from
  return context.promised.candidate === receiving.from
}

interface Acknowledgement {
  readonly epoch: Epoch
  readonly snapshotId: string
  readonly offset?: number
  readonly installed?: boolean
  readonly have?: Zxid
}

function acknowledge(context: Context, peer: Peer, what: Acknowledgement): void {
  const { epoch, snapshotId } = what
  const installed = what.installed ?? false
  send(
    context,
    peer,
    { type: 'snapshotAck', epoch, snapshotId, offset: what.offset ?? 0, installed, have: what.have ?? null },
    { durable: true, answers: true },
  )
}
