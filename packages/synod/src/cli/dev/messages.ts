import { relative } from 'node:path'
import type { ClusterView } from './cluster-view.ts'
import type { ServerEnd, ServerState } from './server-process.ts'
import type { DevSettings } from './settings.ts'

/** What is said first. */
export function describeStart({ serverCount, dir }: DevSettings): string {
  return `starting ${serverCount === 1 ? 'a server' : `${serverCount} servers`} on 127.0.0.1; data, configs and logs are in ${dir}`
}

/** Circumstances of the first message. */
export interface WelcomeOptions {
  readonly dir: string
  readonly cwd: string
  readonly afterMs: number
  readonly restart: boolean
}

/** What is said when all servers are there for the first time. */
export function welcome(view: ClusterView, place: WelcomeOptions): string[] {
  const { servers, leader, epoch } = view
  const endpoints = servers.map(({ endpoint }) => endpoint).join(',')
  const prefix = relative(place.cwd, place.dir) === '.synod' ? 'npx synod' : `SYNOD_SERVERS=${endpoints} npx synod`
  const leaderPid = servers.find(({ id }) => id === leader)?.pid ?? 0
  const count = servers.length === 1 ? '1 server is up' : `${servers.length} servers are up`
  const takeOver = servers.length > 2 ? 'another server takes over' : 'nobody leads until it is back'
  const comeBack = place.restart ? '; this one is started again after 3 s' : ''
  return [
    `${count}: server ${leader} leads in epoch ${epoch} (after ${(place.afterMs / 1000).toFixed(2)} s)`,
    `connect to ${endpoints}`,
    '',
    'Try in another terminal, in this folder:',
    `  ${prefix} set /greeting hello`,
    `  ${prefix} get /greeting`,
    `  ${prefix} watch / --recursive`,
    `  ${prefix} lock /locks/demo -- sh -c 'echo "token $SYNOD_FENCING_TOKEN"; sleep 30'`,
    `  ${prefix} status`,
    `  kill -9 ${leaderPid}   # ${takeOver}${comeBack}`,
    '',
  ]
}

/** A server that ended by itself. */
export function describeEnd(id: number, end: ServerEnd, outlook: { readonly restarting: boolean; readonly logFile: string }): string {
  const how = end.signal === null ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`
  const why = end.failure === null ? '' : `: ${end.failure.message} (${end.failure.code})`
  const next = outlook.restarting ? 'it is started again in 3 s' : `it is not started again; its log is ${outlook.logFile}`
  return `server ${id} (process ${end.pid}) ${how}${why}; ${next}`
}

/** A change of the leader. */
export function describeLeader(before: ClusterView, after: ClusterView): string {
  if (after.leader === null) return `no leader at the moment (server ${before.leader} led in epoch ${before.epoch})`
  return `server ${after.leader} leads in epoch ${after.epoch}`
}

/** The servers among those that were away which are back: they lead or follow. */
export function returned(away: ReadonlySet<number>, view: ClusterView): ServerState[] {
  return view.servers.filter(
    ({ id, report }) => away.has(id) && (id === view.leader || (report?.role === 'following' && report.leader !== null)),
  )
}

/** A server that is back. */
export function describeReturn({ id, pid, report }: ServerState): string {
  const zxid = report === null ? '' : ` at ${report.zxid.epoch}.${report.zxid.index}`
  return report?.role === 'following'
    ? `server ${id} is back (process ${pid}) and follows server ${report.leader}${zxid}`
    : `server ${id} is back (process ${pid})`
}
