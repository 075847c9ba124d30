import type { Consistency, CoordinationClient, Zxid } from '@synod/interface/coordination'

const pageSize = 10_000

export interface AllChildren {
  readonly names: readonly string[]
  /** Position of the first page: a watch from here misses no change of any name returned. */
  readonly zxid: Zxid
}

/** Every name below `path`, page by page. Rejects with `SYNOD_NO_NODE` when there is no such node. */
export async function listAll(client: CoordinationClient, path: string, consistency: Consistency): Promise<AllChildren> {
  const first = await client.list(path, { limit: pageSize, consistency })
  if (!first.more) return first
  const names = [...first.names]
  for (let more = true; more;) {
    const after = names.at(-1) ?? ''
    const page = await client.list(path, { limit: pageSize, consistency, after })
    names.push(...page.names)
    more = page.more && page.names.length > 0
  }
  return { names, zxid: first.zxid }
}
