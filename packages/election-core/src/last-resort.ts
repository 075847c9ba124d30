import type { Micros } from '@synod/interface/protocol'
import type { Context } from './context.ts'
import { compareVotes, ownVote, peerVote } from './context.ts'
import { isCanvassing, isFresh, isTrusted } from './freshness.ts'

/** So long nobody else must have been able to lead (amendment 20). */
export const lastResortMicros: Micros = 2_000_000

/** As the last resort it has failed, too: whoever can lead by now comes first. */
export function withdraw(context: Context): void {
  context.lastResort = false
  context.rivalAt = context.now
}

/**
 * Amendment 20: who should not lead may all the same when nobody else has been able to for two seconds. Where several come to that at
 * once, the best vote stays and the others withdraw; without that they would all withdraw, and all come forward again, without end.
 */
export function tendLastResort(context: Context): void {
  if (isTrusted(context) || !isCanvassing(context.role)) {
    context.lastResort = false
    return
  }
  const rivals = context.peers.filter((peer) => isFresh(context, peer) && peer.status?.quorumConnected === true)
  const own = ownVote(context)
  if (context.lastResort) {
    context.lastResort = !rivals.some((peer) => {
      const vote = peerVote(peer)
      return vote !== null && compareVotes(vote, own) > 0
    })
  } else if (rivals.length === 0) context.lastResort = context.now - Math.max(context.lookingSince, context.rivalAt) > lastResortMicros
  if (rivals.length > 0 && !context.lastResort) context.rivalAt = context.now
}
