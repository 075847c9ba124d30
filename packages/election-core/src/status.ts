import type { Status } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { leaderHint, priorityOf, send } from './context.ts'
import { isCanvassing, isQuorumConnected, reachOf, statusInterval, supported } from './freshness.ts'
import type { Peer } from './peer.ts'

/** At most this many answers to Status per peer, and changes broadcast, in one such interval: gossip must not storm. */
const burstMicros = 50_000
const answersPerBurst = 4
const broadcastsPerBurst = 20

/** What this server says of itself right now. Its vote is the *durable* log (I10). */
export function ownStatus(context: Context): Status {
  const reach = reachOf(context)
  const connected = isQuorumConnected(context, reach)
  return {
    type: 'status',
    role: context.role,
    lastZxid: context.durableLast,
    priority: priorityOf(context, context.self),
    promisedEpoch: context.promised.epoch,
    promisedTo: context.promised.candidate,
    leader: leaderHint(context),
    reach,
    quorumConnected: connected,
    supports: isCanvassing(context.role) ? supported(context, connected) : 0,
    faulty: false,
    store: context.store,
    formatId: context.store === 'formatted' ? '' : context.options.formatId,
    nextInMicros: isCanvassing(context.role) || context.store === 'blank' ? statusInterval(context) : context.timings.pingMicros,
  }
}

export function broadcastStatus(context: Context): void {
  const status = ownStatus(context)
  for (const peer of context.peers) send(context, peer, status)
  context.statusDigest = digestOf(context, status)
  context.statusAt = context.now + status.nextInMicros
}

/** Tells everybody at once when something that matters to the canvass has changed in this step (amendment 9). */
export function broadcastIfChanged(context: Context): void {
  if (context.peers.length === 0) return
  if (context.now >= context.statusAt) {
    broadcastStatus(context)
    return
  }
  const digest = isCanvassing(context.role) ? digestOf(context, ownStatus(context)) : steadyDigest(context)
  if (digest === context.statusDigest) return
  if (context.now - context.statusBurstAt > burstMicros) {
    context.statusBurstAt = context.now
    context.statusBurst = 0
  }
  context.statusBurst += 1
  if (context.statusBurst <= broadcastsPerBurst) broadcastStatus(context)
}

/** What others must learn at once of a server that has a leader, or is one. */
function steadyDigest(context: Context): string {
  return `${context.role} ${context.store} ${context.leader} ${context.leaderEpoch} ${context.promised.epoch}`
}

function digestOf(context: Context, status: Status): string {
  const { role, reach, store } = status
  if (!isCanvassing(role)) return steadyDigest(context)
  const vote = `${status.lastZxid.epoch}.${status.lastZxid.index}`
  return [role, store, vote, status.promisedEpoch, status.quorumConnected ? 1 : 0, status.supports, reach.join(',')].join(' ')
}

/** Takes in a Status; the newest one of the peer's life wins, whatever order they arrive in. Returns false for an older one. */
export function mergeStatus(context: Context, peer: Peer, incoming: { readonly status: Status; readonly sequence: number }): boolean {
  const { status, sequence } = incoming
  if (sequence <= peer.statusSequence && !isAnotherStart(peer, status)) return false
  if (status.store === 'formatted') peer.saidFormatted = true
  peer.status = status
  peer.statusAt = context.now
  peer.statusSequence = sequence
  return true
}

/**
 * Before its first promise a server that lost its disk starts with the numbers that it had: only its format id tells. Once a life has said
 * that it is formatted, word of its first start can only be late, but for that of a disk that is blank.
 */
export function isAnotherStart(peer: Peer, { formatId, store }: Status): boolean {
  if (formatId === '' || formatId === peer.status?.formatId) return false
  return store === 'blank' || !peer.saidFormatted
}

/** Amendment 9: who canvasses and does not know that we hear it gets an answer, in every role. */
export function answerStatus(context: Context, peer: Peer, echoesMe: boolean): void {
  const status = peer.status
  if (!status || !(isCanvassing(status.role) || status.role === 'relayed' || status.store !== 'formatted')) return
  const wanted = !echoesMe || !status.reach.includes(context.self) || context.role !== 'looking'
  if (!wanted) return
  if (context.now - peer.answersAt > burstMicros) {
    peer.answersAt = context.now
    peer.answersLeft = answersPerBurst
  }
  if (peer.answersLeft <= 0) return
  peer.answersLeft -= 1
  send(context, peer, ownStatus(context))
}
