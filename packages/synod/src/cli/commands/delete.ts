import { SynodError } from '@synod/interface'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../output.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'
import { pathsBelow } from './list.ts'

/** Options of `synod delete`. */
export interface DeleteOptions {
  readonly json: boolean
  readonly version?: number
  /** All below, too; not atomically. */
  readonly recursive: boolean
}

/** `synod delete <path>`. */
export async function deleteNode(target: Target, path: string, options: DeleteOptions): Promise<number> {
  const { version, recursive } = options
  const deleted = await withClient(target, { session: true }, async (client) => {
    const below = recursive ? await pathsBelow(client, path, 'linearizable') : []
    for (const child of below.toReversed()) {
      await client.delete(child).catch((error: unknown) => {
        if (!SynodError.is(error, 'SYNOD_NO_NODE')) throw error
      })
    }
    if (path !== '/' || !recursive) await client.delete(path, version === undefined ? {} : { version })
    return [...below, path]
  })
  if (options.json) printJson({ path, deleted: deleted.length })
  return exitCodes.ok
}
