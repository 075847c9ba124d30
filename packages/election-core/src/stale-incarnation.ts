import type { Context } from './context.ts'
import { halt } from './context.ts'
import { metaRecord } from './formation.ts'
import type { Peer } from './peer.ts'

/**
 * A peer knows a later life of this server: its store is an older copy, and may have forgotten promises (protocol §2.3, amendment 8).
 *
 * A life that was turned away does not count: its last record sets the incarnation back. Otherwise a supervisor that starts this server
 * again and again counts it up to the life that the peers have seen, and they let it in (`testdata/a45-turned-away-lives-do-not-count`).
 */
export function onStaleIncarnation(context: Context, peer: Peer, seen: number): void {
  if (seen <= context.incarnation || context.halted) return
  if (context.incarnation > 1) context.lastRecords = [{ ...metaRecord(context), incarnation: context.incarnation - 1 }]
  halt(
    context,
    'staleIncarnation',
    `server ${peer.id} has seen incarnation ${seen} of this server, which now runs as ${context.incarnation}`,
  )
}
