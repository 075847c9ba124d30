import { connect, createClient, createSystemClock, createSystemRandom, createWsDialer } from '@synod/client'
import type { WsDialerOptions } from '@synod/client'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { CliError, exitCodes } from './exit-codes.ts'
import { isAlive } from './process-alive.ts'
import type { Target } from './target.ts'

/** The part of a target that a connection needs. */
export function dialerOptions({ cluster, secret, tls }: Target): WsDialerOptions {
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(secret === undefined ? {} : { secret }),
    ...(tls === undefined ? {} : { tls }),
  }
}

/**
 * Runs the body with a client and closes it afterwards. `session: true` opens the session first, so that a cluster that cannot be used is
 * told of at once; without it reads work where there is no leader.
 */
export async function withClient<T>(
  target: Target,
  options: { readonly session: boolean; readonly signal?: AbortSignal },
  body: (client: CoordinationClient) => Promise<T>,
): Promise<T> {
  try {
    const client = options.session ? await openSession(target, options.signal) : openForReads(target)
    try {
      return await body(client)
    } finally {
      await client.close()
    }
  } catch (error) {
    throw explain(error, target)
  }
}

function openSession(target: Target, signal: AbortSignal | undefined): Promise<CoordinationClient> {
  const { servers, timeoutMs } = target
  return connect({ ...dialerOptions(target), servers, connectTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs, ...(signal === undefined ? {} : { signal }) })
}

function openForReads(target: Target): CoordinationClient {
  return createClient({
    servers: target.servers,
    requestTimeoutMs: target.timeoutMs,
    dialer: createWsDialer(dialerOptions(target)),
    clock: createSystemClock(),
    random: createSystemRandom(),
  })
}

/** Tells a cluster that was stopped from one that fails. */
function explain(error: unknown, { found }: Target): unknown {
  if (found === null || !SynodError.is(error, 'SYNOD_UNREACHABLE') || isAlive(found.file.pid)) return error
  return new CliError(
    exitCodes.unavailable,
    `the cluster of ${found.path} is not running: its "synod dev" (process ${found.file.pid}) has ended. Start it again with "synod dev" (or "npm start")`,
  )
}
