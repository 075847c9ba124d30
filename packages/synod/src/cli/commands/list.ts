import type { Children, Consistency, CoordinationClient } from '@synod/interface/coordination'
import { SynodError } from '@synod/interface'
import { exitCodes } from '../exit-codes.ts'
import { printJson, printLine } from '../output.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'

/** Options of `synod ls`. */
export interface ListOptions {
  readonly json: boolean
  readonly consistency: Consistency
  /** All below, as paths. */
  readonly recursive: boolean
}

const pageSize = 10_000

/** `synod ls [path]`: the names of a node's children. */
export async function list(target: Target, path: string, options: ListOptions): Promise<number> {
  const names = await withClient(target, { session: false }, (client) => {
    return options.recursive ? pathsBelow(client, path, options.consistency) : childNames(client, path, options.consistency)
  })
  if (options.json) printJson({ path, [options.recursive ? 'paths' : 'children']: names })
  else for (const name of names) printLine(name)
  return exitCodes.ok
}

/** All names, whatever number of pages they take. */
export async function childNames(client: CoordinationClient, path: string, consistency: Consistency): Promise<string[]> {
  const names: string[] = []
  let page: Children | null = null
  do {
    page = await client.list(path, { consistency, limit: pageSize, ...(names.length === 0 ? {} : { after: names.at(-1) ?? '' }) })
    names.push(...page.names)
  } while (page.more)
  return names
}

/** All paths below one, parents before their children. */
export async function pathsBelow(client: CoordinationClient, path: string, consistency: Consistency): Promise<string[]> {
  const found: string[] = []
  const open = [path]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at !== path) found.push(at)
    const parent = at
    const names = await childNames(client, parent, consistency).catch((error: unknown) => {
      if (parent !== path && SynodError.is(error, 'SYNOD_NO_NODE')) return []
      throw error
    })
    for (const name of names.toReversed()) open.push(parent === '/' ? `/${name}` : `${parent}/${name}`)
  }
  return found
}
