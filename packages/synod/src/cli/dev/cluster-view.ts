import type { ServerState } from './server-process.ts'

/** The whole local cluster at one moment. */
export interface ClusterView {
  readonly servers: readonly ServerState[]
  /** Established, as it says itself; else `null`. */
  readonly leader: number | null
  readonly epoch: number
  /** Every server leads or follows that leader. */
  readonly complete: boolean
}

/** Puts the states of the servers together. A leader of an older epoch that does not know better yet does not count. */
export function clusterOf(servers: readonly ServerState[]): ClusterView {
  const epoch = Math.max(0, ...servers.map(({ report }) => report?.epoch ?? 0))
  const leading = servers.find(({ report }) => report?.role === 'leading' && report.strength !== 'elected' && report.epoch === epoch)
  const leader = leading?.id ?? null
  const complete =
    leader !== null && servers.every(({ id, report }) => id === leader || (report?.role === 'following' && report.leader === leader))
  return { servers, leader, epoch, complete }
}

/** Whether somebody else leads, or the same in another epoch, or nobody any more. */
export function leaderChanged(before: ClusterView, after: ClusterView): boolean {
  return after.leader !== before.leader || (after.leader !== null && after.epoch !== before.epoch)
}
