import { readFileSync } from 'node:fs'
import { SynodError } from '@synod/interface'
import type { CoordinationClient, Stat } from '@synod/interface/coordination'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../output.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'

/** Options of `synod set`. */
export interface SetOptions {
  readonly json: boolean
  /** Only when the node has this version. */
  readonly version?: number
  /** Only when the node is there. */
  readonly existing: boolean
}

/** `synod set <path> <value>`: creates what is missing, parents too, unless the node must be there already. */
export async function set(
  target: Target,
  node: { readonly path: string; readonly value: Uint8Array },
  options: SetOptions,
): Promise<number> {
  const stat = await withClient(target, { session: true }, (client) => {
    const { version } = options
    if (version !== undefined) return client.set(node.path, node.value, { version })
    return options.existing ? client.set(node.path, node.value) : upsert(client, node.path, node.value)
  })
  if (options.json) printJson({ path: node.path, stat })
  return exitCodes.ok
}

/** Somebody else may create or delete the node between two tries. */
async function upsert(client: CoordinationClient, path: string, value: Uint8Array): Promise<Stat> {
  for (;;) {
    try {
      return await client.set(path, value)
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
    }
    try {
      return (await client.create(path, value, { parents: true })).stat
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
    }
  }
}

/** A value from the command line; `-` reads standard input. */
export function readValue(argument: string): Uint8Array {
  return argument === '-' ? readFileSync(0) : Buffer.from(argument, 'utf8')
}
