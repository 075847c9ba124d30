import { exitCodes, signalExitCode } from '../exit-codes.ts'
import { printJson, printLine, remark } from '../output.ts'
import { untilSignal } from '../until-signal.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'

/** Options of `synod create`. */
export interface CreateOptions {
  readonly json: boolean
  /** The node lives as long as this command runs. */
  readonly ephemeral: boolean
  readonly sequential: boolean
  readonly parents: boolean
}

/** `synod create <path> [value]`: prints the path, which `sequential` makes. */
export async function create(
  target: Target,
  node: { readonly path: string; readonly value: Uint8Array },
  options: CreateOptions,
): Promise<number> {
  const { json, ephemeral, sequential, parents } = options
  return await withClient(target, { session: true }, async (client) => {
    const { path, stat } = await client.create(node.path, node.value, { ephemeral, sequential, parents })
    if (json) printJson({ path, stat })
    else printLine(path)
    if (!ephemeral) return exitCodes.ok
    remark(`${path} stays until this command ends (Ctrl-C)`)
    const ended = await Promise.race([untilSignal(), sessionEnd(client.session.signal)])
    if (ended === null) throw client.session.signal.reason
    return signalExitCode(ended)
  })
}

function sessionEnd(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
}
