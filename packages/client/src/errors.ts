import { SynodError } from '@synod/interface'
import type { SynodErrorCode } from '@synod/interface'

/**
 * Answers of a server after which the same request may succeed, there or elsewhere: retried until the call's time is over.
 * A server that has halted answers with the reason; the others may be well.
 */
export function isTransient(code: string): boolean {
  return (
    code === 'SYNOD_NO_QUORUM' ||
    code === 'SYNOD_NOT_LEADER' ||
    code === 'SYNOD_BUSY' ||
    code === 'SYNOD_PROPOSAL_DROPPED' ||
    code === 'SYNOD_OUTCOME_UNKNOWN' ||
    code === 'SYNOD_STOPPED' ||
    code === 'SYNOD_UNREACHABLE' ||
    hasHalted(code)
  )
}

function hasHalted(code: string): boolean {
  return code === 'SYNOD_INVARIANT' || code.startsWith('SYNOD_STORAGE_')
}

/** Reasons that trying again does not change: a person has to. */
function isPermanent(error: Error): boolean {
  return (
    SynodError.is(error, 'SYNOD_UNAUTHORIZED') ||
    SynodError.is(error, 'SYNOD_CLUSTER_MISMATCH') ||
    SynodError.is(error, 'SYNOD_WIRE_VERSION') ||
    SynodError.is(error, 'SYNOD_INVALID_CONFIG')
  )
}

/** The error for a client that every one of `servers` servers turns away for good; null while one of them may take it. */
export function turnedAway(reasons: readonly { readonly endpoint: string; readonly reason: Error }[], servers: number): SynodError | null {
  const first = reasons[0]?.reason
  if (reasons.length < servers || !SynodError.is(first) || !reasons.every(({ reason }) => isPermanent(reason))) return null
  return new SynodError(first.code, `No server takes this client (${listReasons(reasons)})`, { cause: first })
}

/** The error that a server told by code and message. Its codes are those of this version of Synod or a later one. */
export function serverError(code: string, message: string): SynodError {
  return new SynodError(code as SynodErrorCode, message, { retryable: isTransient(code) && code !== 'SYNOD_OUTCOME_UNKNOWN' })
}

/** For a write of which nobody can say whether it was or will be executed. */
export function outcomeUnknown(why: string, cause?: unknown): SynodError {
  return new SynodError('SYNOD_OUTCOME_UNKNOWN', `The write may or may not have been applied: ${why}. Read to find out.`, { cause })
}

/** For every call of a client that was closed. */
export function clientClosed(): SynodError {
  return new SynodError('SYNOD_STOPPED', 'This client was closed. Make a new one.')
}

/** One error from the reasons of all servers. */
export function unreachable(reasons: readonly { readonly endpoint: string; readonly reason: Error }[]): SynodError {
  const list = listReasons(reasons)
  return new SynodError('SYNOD_UNREACHABLE', `No server of the cluster could be reached (${list === '' ? 'none answered yet' : list})`, {
    retryable: true,
    cause: reasons.length === 1 ? reasons[0]?.reason : new AggregateError(reasons.map(({ reason }) => reason)),
  })
}

/** What each server said, for one message. */
function listReasons(reasons: readonly { readonly endpoint: string; readonly reason: Error }[]): string {
  return reasons.map(({ endpoint, reason }) => `${endpoint}: ${describe(reason)}`).join('; ')
}

function describe(error: Error): string {
  return SynodError.is(error) ? `${error.code} ${error.message}` : error.message
}
