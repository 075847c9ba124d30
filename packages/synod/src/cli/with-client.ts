import { connect, createClient, createSystemClock, createSystemRandom, createWsDialer, serverStatus } from '@synod/client'
import type { WsDialerOptions } from '@synod/client'
import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { CliError, exitCodes } from './exit-codes.ts'
import { isAlive } from './process-alive.ts'
import type { Target } from './target.ts'

const permanent = ['SYNOD_UNAUTHORIZED', 'SYNOD_CLUSTER_MISMATCH', 'SYNOD_WIRE_VERSION'] as const
const probeAfterMs = 300
const probePatienceMs = 1_000

/** The part of a target that a connection needs. */
export function dialerOptions({ cluster, secret, tls }: Target): WsDialerOptions {
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(secret === undefined ? {} : { secret }),
    ...(tls === undefined ? {} : { tls }),
  }
}

/**
 * Runs the body with a client and closes it afterwards. `session: true` opens the session first; without it reads work where there is no
 * leader. Servers that turn this client away for good are told of at once, those that cannot be reached after the time limit.
 */
export async function withClient<T>(
  target: Target,
  options: { readonly session: boolean },
  body: (client: CoordinationClient) => Promise<T>,
): Promise<T> {
  assertRunning(target)
  if (options.session) return await use(await openSession(target), body)
  try {
    return await use(openForReads(target), (client) => untilRefused(target, body(client)))
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_NO_QUORUM') && !SynodError.is(error, 'SYNOD_UNREACHABLE')) throw error
    const reasons = await refusals(target)
    throw reasons === null ? error : new SynodError('SYNOD_UNREACHABLE', `no server could be reached: ${list(reasons)}`, { cause: error })
  }
}

/** Whether the cluster of a file runs can be known without asking it: its servers end with their `synod dev`. */
export function assertRunning({ found }: Target): void {
  if (found === null || isAlive(found.file.pid)) return
  throw new CliError(
    exitCodes.unavailable,
    `the cluster of ${found.path} is not running: its "synod dev" (process ${found.file.pid}) has ended. Start it again with "synod dev" (or "npm start")`,
  )
}

async function use<T>(client: CoordinationClient, body: (client: CoordinationClient) => Promise<T>): Promise<T> {
  try {
    return await body(client)
  } finally {
    await client.close()
  }
}

function openSession(target: Target): Promise<CoordinationClient> {
  const { servers, timeoutMs } = target
  return connect({ ...dialerOptions(target), servers, connectTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs })
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

/** Waits for the work, but asks the servers, once it has taken long, whether they take this client at all. */
async function untilRefused<T>(target: Target, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const refused = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      void refusals(target).then((reasons) => {
        const first = reasons?.find(({ reason }) => permanent.some((code) => SynodError.is(reason, code)))
        if (first !== undefined) reject(first.reason)
      })
    }, probeAfterMs)
  })
  try {
    return await Promise.race([work, refused])
  } finally {
    clearTimeout(timer)
  }
}

interface Refusal {
  readonly endpoint: string
  readonly reason: unknown
}

/** Why each server cannot be asked; `null` when one can. */
async function refusals(target: Target): Promise<readonly Refusal[] | null> {
  const asked = await Promise.all(
    target.servers.map(async (endpoint): Promise<Refusal | null> => {
      try {
        await serverStatus(endpoint, { ...dialerOptions(target), timeoutMs: probePatienceMs })
        return null
      } catch (reason) {
        return { endpoint, reason }
      }
    }),
  )
  const refused = asked.filter((refusal) => refusal !== null)
  return refused.length === asked.length ? refused : null
}

function list(refused: readonly Refusal[]): string {
  const tell = (endpoint: string, message: string): string => (message.startsWith(endpoint) ? message : `${endpoint}: ${message}`)
  return refused.map(({ endpoint, reason }) => tell(endpoint, reason instanceof Error ? reason.message : String(reason))).join('; ')
}
