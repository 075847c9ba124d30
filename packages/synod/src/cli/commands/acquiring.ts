import { connect } from '@synod/client'
import type { CoordinationClient } from '@synod/interface/coordination'
import { exitCodes, signalExitCode } from '../exit-codes.ts'
import { printError } from '../output.ts'
import type { Target } from '../target.ts'
import { assertRunning, dialerOptions } from '../with-client.ts'

/**
 * Runs the body with a client that has a session, for commands that run another command: whatever fails before that other command runs is
 * told with an exit code of its own, and a signal while waiting ends the wait. The body must not throw once it has begun to run it.
 */
export async function acquiring(
  target: Target,
  options: { readonly json: boolean; readonly sessionTimeoutMs?: number },
  body: (client: CoordinationClient, interrupted: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupted = new AbortController()
  let received: NodeJS.Signals | null = null
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const onSignal = (): void => {
      received ??= signal
      interrupted.abort(signal)
    }
    process.on(signal, onSignal)
    return () => process.off(signal, onSignal)
  })
  const { servers, timeoutMs } = target
  let client: CoordinationClient | null = null
  try {
    assertRunning(target)
    client = await connect({
      ...dialerOptions(target),
      servers,
      connectTimeoutMs: timeoutMs,
      signal: interrupted.signal,
      ...(options.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: options.sessionTimeoutMs }),
    })
    return await body(client, interrupted.signal)
  } catch (error) {
    if (received !== null) return signalExitCode(received)
    printError(error, options.json)
    return exitCodes.beforeCommand
  } finally {
    for (const off of handlers) off()
    await client?.close()
  }
}
