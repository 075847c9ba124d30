import type { Format, Formatted, NodeId, WalRecord } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { peerOf, send } from './context.ts'
import { isFresh } from './freshness.ts'
import type { Peer } from './peer.ts'
import { voterIds } from './quorum.ts'

/**
 * First start (protocol §2.1b): a cluster is formed once, by all its configured voters together, each blank or pristine and heard.
 * So a server that lost its disk never votes, and no flag is needed.
 */
export function tendFormation(context: Context): void {
  if (context.formed) return
  reportLostStore(context)
  if (context.store !== 'blank') checkFormed(context)
  if (!context.formed) proposeFormat(context)
}

function reportLostStore(context: Context): void {
  if (context.store !== 'blank' || context.missingReported) return
  const holder = context.peers.find((peer) => peer.status?.store === 'formatted')
  if (!holder) return
  context.missingReported = true
  context.notices.push({ kind: 'storageMissing', heard: holder.id })
}

/** Formed, once every voter is known to have this cluster's store, or one has gone on from there already. */
function checkFormed(context: Context): void {
  const others = voterIds(context.log.config).filter((id) => id !== context.self)
  const goneOn = context.peers.some((peer) => peer.status?.store === 'formatted')
  if (goneOn || others.every((id) => context.formattedBy.has(id))) context.formed = true
}

function proposeFormat(context: Context): void {
  const ids = voterIds(context.log.config)
  if (ids.at(-1) !== context.self || context.now < context.formatAt) return
  const formatIds: { id: NodeId; formatId: string }[] = []
  for (const id of ids) {
    if (id === context.self) {
      formatIds.push({ id, formatId: context.options.formatId })
      continue
    }
    const peer = peerOf(context, id)
    const status = peer?.status
    if (!peer || !status || status.store === 'formatted' || !isFresh(context, peer)) return
    formatIds.push({ id, formatId: status.formatId })
  }
  context.formatAt = context.now + context.timings.statusMicros
  const clusterId = [context.clusterId, ...context.pristineIds.values(), ''].reduce((a, b) => (a > b ? a : b))
  const format: Format = {
    type: 'format',
    clusterId: clusterId === '' ? context.options.newClusterId : clusterId,
    config: context.options.config,
    formatIds,
  }
  adoptFormat(context, format)
  for (const peer of context.peers) send(context, peer, format, { durable: true })
}

export function onFormat(context: Context, peer: Peer, format: Format): void {
  const mine = format.formatIds.find((each) => each.id === context.self)
  if (context.formed || context.store === 'formatted' || mine?.formatId !== context.options.formatId) return
  if (!sameMembers(context, format)) {
    context.notices.push({ kind: 'configMismatch', peer: peer.id })
    return
  }
  adoptFormat(context, format)
  send(context, peer, { type: 'formatted', clusterId: context.clusterId, formatId: context.options.formatId }, { durable: true })
}

/** META and the empty snapshot base are one batch; a pristine store keeps its incarnation and takes the greater id. */
function adoptFormat(context: Context, format: Format): void {
  if (context.clusterId >= format.clusterId) return
  context.clusterId = format.clusterId
  context.formattedBy.clear()
  if (context.store === 'blank') context.incarnation = 1
  context.store = 'pristine'
  context.wal.push(metaRecord(context))
  context.started = false
  context.startSequence = context.walSequence + 1
  context.notices.push({ kind: 'formatted' })
}

export function metaRecord(context: Context): Extract<WalRecord, { kind: 'meta' }> {
  return {
    kind: 'meta',
    clusterName: context.options.clusterName,
    clusterId: context.clusterId,
    generation: context.generation,
    member: { id: context.self, instance: context.instance },
    incarnation: context.incarnation,
    config: context.options.config,
  }
}

export function onFormatted(context: Context, peer: Peer, formatted: Formatted): void {
  if (formatted.clusterId === context.clusterId && context.clusterId !== '') context.formattedBy.add(peer.id)
}

/** A Status of a voter of our own cluster id that has a store says the same as Formatted. */
export function noteStore(context: Context, peer: Peer, clusterId: string): void {
  const store = peer.status?.store
  if (context.formed || store === undefined) return
  if (store === 'pristine') context.pristineIds.set(peer.id, clusterId)
  if (store !== 'blank' && clusterId !== '' && clusterId === context.clusterId) context.formattedBy.add(peer.id)
}

function sameMembers(context: Context, format: Format): boolean {
  const list = (ids: readonly NodeId[]): string => ids.join(',')
  return list(voterIds(format.config)) === list(voterIds(context.options.config))
}
