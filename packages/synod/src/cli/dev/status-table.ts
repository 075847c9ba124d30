import { table } from '../output.ts'
import type { ClusterView } from './cluster-view.ts'

/** The live picture of a local cluster. */
export function statusTable(view: ClusterView): string[] {
  const rows = view.servers.map(({ id, pid, endpoint, report }) => [
    String(id),
    pid === 0
      ? 'down'
      : report === null
        ? 'starting'
        : report.role === 'leading' && report.strength === 'elected'
          ? 'elected'
          : report.role,
    report === null ? '–' : String(report.epoch),
    report === null ? '–' : `${report.zxid.epoch}.${report.zxid.index}`,
    report === null || report.leaderRoundTripMicros === 0 ? '–' : `${(report.leaderRoundTripMicros / 1000).toFixed(2)} ms`,
    pid === 0 ? '–' : String(pid),
    endpoint,
  ])
  return table([['SERVER', 'ROLE', 'EPOCH', 'ZXID', 'TO LEADER', 'PID', 'ENDPOINT'], ...rows])
}

/** What the keys do. */
export function keyHelp(view: ClusterView): string {
  const last = view.servers.length
  return `keys: ${last === 1 ? '1' : `1–${last}`} kill or start that server · l kill the leader · q quit`
}
