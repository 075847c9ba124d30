import { DistributedLock } from '@synod/recipes/lock'
import { exitCodes } from '../exit-codes.ts'
import { remark } from '../output.ts'
import { runHeld } from '../run-held.ts'
import type { RunHeldOptions } from '../run-held.ts'
import { acquiring } from './acquiring.ts'
import type { Target } from '../target.ts'

/** Options of `synod lock`. */
export interface LockCommandOptions extends RunHeldOptions {
  readonly shared: boolean
  /** Milliseconds to wait for the lock; 0: not at all; absent: for as long as it takes. */
  readonly waitMs?: number
  readonly sessionTimeoutMs?: number
  /** Errors as JSON. */
  readonly json: boolean
}

/** `synod lock <path> -- <command>`: runs a command while the lock is held, and gives the lock back. */
export async function lock(target: Target, path: string, options: LockCommandOptions): Promise<number> {
  const { waitMs, shared } = options
  return await acquiring(target, options, async (client, interrupted) => {
    const locks = new DistributedLock(client, path, { data: describeSelf(options.command) })
    const patience = waitMs === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(waitMs)])
    const mode = shared ? 'shared' : 'exclusive'
    const handle = await locks
      .acquire(waitMs === 0 ? { mode, signal: interrupted, ifAvailable: true } : { mode, signal: patience })
      .catch((error: unknown) => {
        if (interrupted.aborted || !patience.aborted) throw error
        return null
      })
    if (handle === null) {
      remark(`synod: ${path} is held by somebody else`)
      return exitCodes.notAcquired
    }
    try {
      return await runHeld(handle, options)
    } finally {
      await handle.release()
    }
  })
}

function describeSelf(command: string): Uint8Array {
  return Buffer.from(JSON.stringify({ pid: process.pid, command }))
}
