import { SynodError } from '@synod/interface'
import type { Clock, ConfigIssue, Dialer, Logger, Random } from '@synod/interface'

/** Which server a client settles on: the leader (shortest way for writes) or the one that answers its dial first. */
export type Preference = 'leader' | 'nearest'

/** The bounds and times of a client; all have defaults that suit a local network. */
export interface ClientTuning {
  /** The session ends when the cluster has not heard of this client for so long. Default 10 000; 1 000 to 3 600 000. */
  readonly sessionTimeoutMs?: number
  /** Default `leader`. */
  readonly prefer?: Preference
  /** A call that got no answer for so long is given up. Default 10 000. */
  readonly requestTimeoutMs?: number
  /** With requests outstanding and nothing heard for so long, the server is asked for a sign of life. Default 100; 2 round trips if that is more. */
  readonly stallProbeMs?: number
  /** Without that sign after so long the connection is dropped for another server. Default 200; 3 round trips if that is more. */
  readonly stallDropMs?: number
  /** A server dropped for silence is tried last for so long. Default 3 000. */
  readonly avoidMs?: number
  /** While one dial has not succeeded, the next server is dialled as well after this. Default 100. */
  readonly dialStaggerMs?: number
  /** A dial that got no welcome in this time has failed. Default 2 000. */
  readonly dialTimeoutMs?: number
  /** Calls waiting to be sent, reads and writes each; more are refused with `SYNOD_BUSY`. Default 10 000. */
  readonly waitingCallsMax?: number
  /** Reads sent and not answered; more wait. Default 1 024. */
  readonly outstandingReadsMax?: number
  /** `close()` waits at most so long for the cluster to confirm the end of the session. Default 1 000. */
  readonly closeTimeoutMs?: number
  /** Silent when absent. */
  readonly logger?: Logger
}

/** What `createClient` needs: where the cluster is, and the ports to the world. */
export interface ClientOptions extends ClientTuning {
  /** Endpoints of some servers, at least one; the others are learnt. */
  readonly servers: readonly string[]
  readonly dialer: Dialer
  readonly clock: Clock
  readonly random: Random
}

/** Options with every default filled in; times in microseconds of the clock. */
export interface ResolvedClientOptions {
  readonly servers: readonly string[]
  readonly dialer: Dialer
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly prefer: Preference
  readonly sessionTimeoutMs: number
  readonly requestTimeout: number
  readonly stallProbe: number
  readonly stallDrop: number
  readonly avoid: number
  readonly dialStagger: number
  readonly dialTimeout: number
  readonly closeTimeout: number
  readonly waitingCallsMax: number
  readonly outstandingReadsMax: number
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const ports = ['servers', 'dialer', 'clock', 'random', 'logger', 'prefer'] as const

const numbers = {
  sessionTimeoutMs: { fallback: 10_000, min: 1_000, max: 3_600_000 },
  requestTimeoutMs: { fallback: 10_000, min: 1, max: 86_400_000 },
  stallProbeMs: { fallback: 100, min: 1, max: 3_600_000 },
  stallDropMs: { fallback: 200, min: 1, max: 3_600_000 },
  avoidMs: { fallback: 3_000, min: 0, max: 3_600_000 },
  dialStaggerMs: { fallback: 100, min: 0, max: 60_000 },
  dialTimeoutMs: { fallback: 2_000, min: 1, max: 600_000 },
  waitingCallsMax: { fallback: 10_000, min: 1, max: 10_000_000 },
  outstandingReadsMax: { fallback: 1_024, min: 1, max: 4_096 },
  closeTimeoutMs: { fallback: 1_000, min: 0, max: 600_000 },
} as const

type NumberOption = keyof typeof numbers

/** Checks everything and fills in defaults; throws one `SYNOD_INVALID_CONFIG` that lists all issues. */
export function resolveClientOptions(input: ClientOptions): ResolvedClientOptions {
  const issues: ConfigIssue[] = []
  const known = new Set<string>([...ports, ...Object.keys(numbers)])
  for (const key of Object.keys(input)) {
    if (!known.has(key)) issues.push({ path: key, message: `is no option of a client; the options are ${[...known].join(', ')}` })
  }
  checkServers(input.servers, issues)
  for (const port of ['dialer', 'clock', 'random'] as const) {
    if (typeof input[port] !== 'object' || input[port] === null) issues.push({ path: port, message: 'must be given' })
  }
  const prefer = input.prefer ?? 'leader'
  if (prefer !== 'leader' && prefer !== 'nearest') issues.push({ path: 'prefer', message: "must be 'leader' or 'nearest'" })
  const value = (name: NumberOption): number => checkedNumber(name, input[name], issues)
  const resolved: ResolvedClientOptions = {
    servers: Array.isArray(input.servers) ? [...new Set(input.servers)] : [],
    dialer: input.dialer,
    clock: input.clock,
    random: input.random,
    logger: input.logger ?? silent,
    prefer,
    sessionTimeoutMs: value('sessionTimeoutMs'),
    requestTimeout: value('requestTimeoutMs') * 1000,
    stallProbe: value('stallProbeMs') * 1000,
    stallDrop: value('stallDropMs') * 1000,
    avoid: value('avoidMs') * 1000,
    dialStagger: value('dialStaggerMs') * 1000,
    dialTimeout: value('dialTimeoutMs') * 1000,
    closeTimeout: value('closeTimeoutMs') * 1000,
    waitingCallsMax: value('waitingCallsMax'),
    outstandingReadsMax: value('outstandingReadsMax'),
  }
  throwIssues('client', issues)
  return Object.freeze(resolved)
}

/** Throws `SYNOD_INVALID_CONFIG` naming every issue, when there is any. */
export function throwIssues(what: string, issues: readonly ConfigIssue[]): void {
  if (issues.length === 0) return
  const list = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ')
  throw new SynodError('SYNOD_INVALID_CONFIG', `The options of the ${what} are not valid: ${list}`, { issues })
}

function checkServers(servers: readonly string[], issues: ConfigIssue[]): void {
  if (!Array.isArray(servers) || servers.length === 0) {
    issues.push({ path: 'servers', message: 'must name at least one endpoint, such as ws://127.0.0.1:7401' })
    return
  }
  servers.forEach((endpoint: unknown, index) => {
    if (typeof endpoint !== 'string' || endpoint === '') issues.push({ path: `servers.${index}`, message: 'must be an endpoint' })
  })
}

function checkedNumber(name: NumberOption, input: number | undefined, issues: ConfigIssue[]): number {
  const { fallback, min, max } = numbers[name]
  if (input === undefined) return fallback
  if (Number.isSafeInteger(input) && input >= min && input <= max) return input
  issues.push({ path: name, message: `(${String(input)}) must be a whole number from ${min} to ${max}` })
  return fallback
}
