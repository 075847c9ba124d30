import type { ConfigIssue, Clock, Logger, ReplicaHandle } from '@synod/interface'
import type { WatchSource } from '@synod/interface/protocol'
import { sessionTimeoutMsMax } from '@synod/tree/commands'
import { throwIssues } from '../options.ts'

/** What the server half needs, and its bounds per connection. */
export interface ClientServiceOptions {
  readonly replica: ReplicaHandle
  readonly watches: WatchSource
  readonly clock: Clock
  /** Requests that wait for an answer; more are refused with `SYNOD_BUSY`. Default 4 096. */
  readonly outstandingRequestsMax?: number
  /** Bytes that wait to leave; a connection that lets more pile up is closed. Default 64 MiB. */
  readonly bufferedBytesMax?: number
  /** Watches; more are refused with `SYNOD_BUSY`. Default 100 000. */
  readonly watchesMax?: number
  /** Shortest session timeout, milliseconds; a shorter wish is raised to it. Default 2 000. */
  readonly sessionTimeoutMinMs?: number
  /** Longest session timeout, milliseconds; a longer wish is lowered to it. Default 60 000; at most a day. */
  readonly sessionTimeoutMaxMs?: number
  /** Silent when absent. */
  readonly logger?: Logger
}

export interface ResolvedServiceOptions {
  readonly replica: ReplicaHandle
  readonly watches: WatchSource
  readonly clock: Clock
  readonly outstandingRequestsMax: number
  readonly bufferedBytesMax: number
  readonly watchesMax: number
  readonly sessionTimeoutMinMs: number
  readonly sessionTimeoutMaxMs: number
  readonly logger: Logger
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const defaults = {
  outstandingRequestsMax: 4_096,
  bufferedBytesMax: 64 * 1024 * 1024,
  watchesMax: 100_000,
  sessionTimeoutMinMs: 2_000,
  sessionTimeoutMaxMs: 60_000,
} as const

/** Checks everything and fills in defaults; throws one `SYNOD_INVALID_CONFIG` that lists all issues. */
export function resolveServiceOptions(input: ClientServiceOptions): ResolvedServiceOptions {
  const issues: ConfigIssue[] = []
  const known = new Set(['replica', 'watches', 'clock', 'logger', ...Object.keys(defaults)])
  for (const key of Object.keys(input)) if (!known.has(key)) issues.push({ path: key, message: 'is no option of a client service' })
  for (const port of ['replica', 'watches', 'clock'] as const) {
    if (typeof input[port] !== 'object' || input[port] === null) issues.push({ path: port, message: 'must be given' })
  }
  const bound = (name: keyof typeof defaults): number => {
    const value = input[name] ?? defaults[name]
    if (!Number.isSafeInteger(value) || value < 1)
      issues.push({ path: name, message: `(${String(value)}) must be a whole number of 1 or more` })
    return value
  }
  const resolved: ResolvedServiceOptions = {
    replica: input.replica,
    watches: input.watches,
    clock: input.clock,
    outstandingRequestsMax: bound('outstandingRequestsMax'),
    bufferedBytesMax: bound('bufferedBytesMax'),
    watchesMax: bound('watchesMax'),
    sessionTimeoutMinMs: bound('sessionTimeoutMinMs'),
    sessionTimeoutMaxMs: bound('sessionTimeoutMaxMs'),
    logger: input.logger ?? silent,
  }
  const { sessionTimeoutMinMs: min, sessionTimeoutMaxMs: max } = resolved
  if (max > sessionTimeoutMsMax) issues.push({ path: 'sessionTimeoutMaxMs', message: `(${max}) must be at most ${sessionTimeoutMsMax}` })
  if (min > max) issues.push({ path: 'sessionTimeoutMinMs', message: `(${min}) must not exceed sessionTimeoutMaxMs (${max})` })
  throwIssues('client service', issues)
  return Object.freeze(resolved)
}
