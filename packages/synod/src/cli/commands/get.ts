import type { Consistency, Stat } from '@synod/interface/coordination'
import { exitCodes } from '../exit-codes.ts'
import { jsonValue, printJson } from '../output.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'

/** Options of `synod get`. */
export interface GetOptions {
  readonly json: boolean
  readonly consistency: Consistency
  /** Exactly the bytes, without a line end after them. */
  readonly raw: boolean
}

/** `synod get <path>`: the value of a node. */
export async function get(target: Target, path: string, options: GetOptions): Promise<number> {
  const { consistency } = options
  const { data, stat, zxid } = await withClient(target, { session: false }, (client) => client.get(path, { consistency }))
  if (options.json) printJson({ path, ...jsonValue(data), stat: stat satisfies Stat, zxid })
  else process.stdout.write(options.raw ? data : Buffer.concat([data, Buffer.from('\n')]))
  return exitCodes.ok
}
