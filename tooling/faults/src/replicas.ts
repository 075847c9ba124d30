import type { ReadConsistency } from '@synod/wire'
import { DirectClient, textOf } from './direct-client.ts'
import type { ServerProcess } from './server-process.ts'
import type { TestCluster } from './test-cluster.ts'

/** What a server's tree holds below `/`, by path: value and stat, each as one line. */
export type Contents = ReadonlyMap<string, { readonly value: string; readonly stat: string }>

/** Everything in the tree of one server, read from that server. */
export async function contentsOf(server: ServerProcess, consistency: ReadConsistency = 'linearizable'): Promise<Contents> {
  const client = await DirectClient.to(server)
  try {
    const contents = new Map<string, { value: string; stat: string }>()
    const folders = ['/']
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const names = await namesIn(client, folder, consistency)
      const paths = names.map((name) => (folder === '/' ? `/${name}` : `${folder}/${name}`))
      await Promise.all(
        paths.map(async (path) => {
          const node = await client.query({ kind: 'get', path }, consistency)
          if (node.kind !== 'get') return
          contents.set(path, { value: textOf(node.data), stat: JSON.stringify(node.stat) })
          if (node.stat.numChildren > 0) folders.push(path)
        }),
      )
    }
    return contents
  } finally {
    client.close()
  }
}

async function namesIn(client: DirectClient, path: string, consistency: ReadConsistency): Promise<string[]> {
  const names: string[] = []
  for (;;) {
    const page = await client.query({ kind: 'list', path, after: names.at(-1) ?? '', limit: 1000 }, consistency)
    if (page.kind !== 'list') throw new Error(`list ${path}: ${page.kind === 'rejected' ? page.code : page.kind}`)
    names.push(...page.names)
    if (!page.more) return names
  }
}

/**
 * Waits until all these servers (default: all) have applied the same, and gives what each holds, by linearizable reads and by its own
 * state. Nothing may be written meanwhile.
 */
export async function replicasOf(cluster: TestCluster, servers: readonly ServerProcess[] = cluster.servers): Promise<Contents[]> {
  await cluster.settled(servers)
  await cluster.until('all servers have applied the same', async () => {
    const all = await Promise.all(servers.map((server) => server.status()))
    const [first] = all
    return all.every(({ appliedZxid, lastZxid }) => same(appliedZxid, first?.appliedZxid) && same(lastZxid, appliedZxid))
  })
  const read = (consistency: ReadConsistency): Promise<Contents>[] => servers.map((server) => contentsOf(server, consistency))
  return await Promise.all([...read('linearizable'), ...read('stale')])
}

function same(a: object, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
