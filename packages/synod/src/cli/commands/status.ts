import { serverStatus } from '@synod/client'
import type { StatusDocument } from '@synod/client'
import { exitCodes } from '../exit-codes.ts'
import { printJson, printLine, remark, table } from '../output.ts'
import type { Target } from '../target.ts'
import { assertRunning, dialerOptions } from '../with-client.ts'

/** One server in `synod status --json`. What an unreachable server would say is null. */
export interface ServerLine {
  readonly id: number | null
  readonly role: string | null
  readonly epoch: number | null
  readonly zxid: { readonly epoch: number; readonly index: number } | null
  readonly pid: number | null
  readonly endpoint: string
  readonly reachable: boolean
}

/** What `synod status --json` prints. */
export interface ClusterStatus {
  readonly leader: number | null
  readonly epoch: number
  readonly servers: readonly ServerLine[]
}

interface Answer {
  readonly endpoint: string
  readonly status: StatusDocument | null
  readonly reason: string
}

const patienceMs = 2_000

/** Asks every server of the cluster, those included that are named only by others. */
export async function clusterStatus(target: Target): Promise<{ readonly status: ClusterStatus; readonly reasons: readonly string[] }> {
  const asked = new Map<string, Promise<Answer>>()
  const ask = (endpoint: string): Promise<Answer> => {
    const answer = asked.get(endpoint) ?? askServer(endpoint, target)
    asked.set(endpoint, answer)
    return answer
  }
  const first = await Promise.all(target.servers.map(ask))
  const told = first.flatMap(({ status }) => status?.servers ?? []).map(({ endpoint }) => endpoint)
  await Promise.all(told.filter((endpoint) => endpoint !== '').map(ask))
  const answers = await Promise.all(asked.values())
  return { status: summarize(answers, target), reasons: answers.filter(({ status }) => status === null).map(({ reason }) => reason) }
}

/** One picture from the answers of the servers. */
export function summarize(answers: readonly Answer[], { found }: Pick<Target, 'found'>): ClusterStatus {
  const lines = new Map<string, ServerLine>()
  const told = answers.flatMap(({ status }) => status?.servers ?? [])
  for (const { endpoint, status } of answers) {
    if (status !== null) {
      const { id, role, epoch, lastZxid } = status
      const pid = status.servers.find((server) => server.id === id)?.pid ?? null
      const own = told.find((server) => server.id === id)?.endpoint
      lines.set(`id ${id}`, {
        id,
        role,
        epoch,
        zxid: lastZxid,
        pid,
        endpoint: own === undefined || own === '' ? endpoint : own,
        reachable: true,
      })
      continue
    }
    const known = told.find((server) => server.endpoint === endpoint) ?? found?.file.servers.find((server) => server.endpoint === endpoint)
    const key = known === undefined ? endpoint : `id ${known.id}`
    if (!lines.has(key)) {
      lines.set(key, { id: known?.id ?? null, role: null, epoch: null, zxid: null, pid: known?.pid ?? null, endpoint, reachable: false })
    }
  }
  const servers = [...lines.values()].sort((a, b) => (a.id ?? Infinity) - (b.id ?? Infinity))
  const newest = answers.flatMap(({ status }) => status ?? []).sort((a, b) => b.epoch - a.epoch)
  const leading = newest.find(({ role, strength }) => role === 'leading' && strength !== 'elected')
  const following = newest.find(({ role, leader }) => role === 'following' && leader !== null)
  return { leader: leading?.id ?? following?.leader ?? null, epoch: leading?.epoch ?? newest[0]?.epoch ?? 0, servers }
}

/** `synod status`. Resolves with the exit code: 4 when nobody leads. */
export async function showStatus(target: Target, options: { readonly json: boolean }): Promise<number> {
  assertRunning(target)
  const { status, reasons } = await clusterStatus(target)
  if (options.json) printJson(status)
  else for (const line of renderStatus(status)) printLine(line)
  if (!options.json) for (const reason of reasons) remark(`synod: ${reason}`)
  return status.leader === null ? exitCodes.unavailable : exitCodes.ok
}

/** The picture for people. */
export function renderStatus(status: ClusterStatus): string[] {
  const { leader, epoch, servers } = status
  const rows = servers.map((server) => [
    server.id === null ? '?' : String(server.id),
    server.reachable ? (server.role ?? '') : 'unreachable',
    server.epoch === null ? '–' : String(server.epoch),
    server.zxid === null ? '–' : `${server.zxid.epoch}.${server.zxid.index}`,
    server.pid === null || server.pid === 0 ? '–' : String(server.pid),
    server.endpoint,
  ])
  const headline = leader === null ? `no leader (epoch ${epoch})` : `server ${leader} leads in epoch ${epoch}`
  return [headline, ...table([['SERVER', 'ROLE', 'EPOCH', 'ZXID', 'PID', 'ENDPOINT'], ...rows])]
}

async function askServer(endpoint: string, target: Target): Promise<Answer> {
  try {
    const timeoutMs = Math.min(target.timeoutMs, patienceMs)
    return { endpoint, status: await serverStatus(endpoint, { ...dialerOptions(target), timeoutMs }), reason: '' }
  } catch (error) {
    return { endpoint, status: null, reason: error instanceof Error ? error.message : String(error) }
  }
}
