import { join } from 'node:path'
import type { Recipe, Standing } from './ensemble.ts'
import { freePorts } from './ports.ts'

/** etcd with its default timings (heartbeat 100 ms, election 1000 ms) and its default of syncing every batch to disk. */
export async function etcd(): Promise<Recipe> {
  const ports = await freePorts(6)
  const client = ports.slice(0, 3).map((port) => `http://127.0.0.1:${port}`)
  const peer = ports.slice(3).map((port) => `http://127.0.0.1:${port}`)
  const members = peer.map((url, index) => `s${index + 1}=${url}`).join(',')
  return {
    system: 'etcd',
    endpoints: client,
    prepare(index, folder) {
      const own = client[index] ?? ''
      const args = [
        ...['--name', `s${index + 1}`, '--data-dir', join(folder, 'data')],
        ...['--listen-client-urls', own, '--advertise-client-urls', own],
        ...['--listen-peer-urls', peer[index] ?? '', '--initial-advertise-peer-urls', peer[index] ?? ''],
        ...['--initial-cluster', members, '--initial-cluster-state', 'new', '--initial-cluster-token', 'bench'],
      ]
      return { command: 'etcd', args, logFile: join(folder, 'log') }
    },
    standing: async (index) => parseStatus(await status(client[index] ?? '')),
  }
}

interface Status {
  readonly header: { readonly member_id: string }
  readonly version: string
  readonly leader?: string
  readonly raftAppliedIndex?: string
}

/** Reads what etcd's maintenance service says of a member. */
export function parseStatus({ header, version, leader = '0', raftAppliedIndex = '0' }: Status): Standing {
  const leads = leader === header.member_id
  return { leads, follows: leader !== '0' && !leads, applied: BigInt(raftAppliedIndex), version }
}

async function status(endpoint: string): Promise<Status> {
  const answer = await fetch(`${endpoint}/v3/maintenance/status`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(1_000) })
  return (await answer.json()) as Status
}
