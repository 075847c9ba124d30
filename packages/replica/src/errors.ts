import { SynodError } from '@synod/interface'

/** Any failure of the storage as the error that halts a replica; it is never tried again (R3). */
export function storageFailure(error: unknown): SynodError {
  if (SynodError.is(error)) return error
  const reason = error instanceof Error ? error.message : String(error)
  const message = `the storage failed: ${reason}. This server has stopped for good; check its disk and start it anew`
  return new SynodError('SYNOD_STORAGE_FAILED', message, { cause: error })
}

/** A rule of the protocol or of the state machine is broken: a defect, not a condition to handle. */
export function invariantBroken(name: string, detail: string, cause?: unknown): SynodError {
  const message = `${name} is broken: ${detail}. This server has stopped for good; lastEvents() tells what led to it`
  return new SynodError('SYNOD_INVARIANT', message, cause === undefined ? {} : { cause })
}

/** What is answered when nothing is done any more, or not yet. */
export function stopped(what: string): SynodError {
  return new SynodError('SYNOD_STOPPED', what)
}

/** For a command that comes while this server stops: it was surely not applied, another server takes it. */
export function stopping(): SynodError {
  return new SynodError('SYNOD_STOPPED', 'this server is stopping', { retryable: true })
}

/** This server has no store while others have one (protocol §2.1b). */
export function storageMissing(heard: number, where: string | undefined): SynodError {
  return new SynodError(
    'SYNOD_STORAGE_MISSING',
    `this server's store${where === undefined ? '' : ` (${where})`} is empty, but server ${heard} already has the history of this cluster: its disk was lost, or it is pointed to ` +
      'another folder. It must not vote with an empty memory. Bring its store back (docs/operating.md says how)',
  )
}

/** The core has halted, and why. */
export function coreHalted(invariant: string, detail: string): SynodError {
  if (invariant !== 'staleIncarnation') return invariantBroken(invariant, detail)
  return new SynodError(
    'SYNOD_STORAGE_CORRUPT',
    `an older copy of this server's store is in use: ${detail}. It may have forgotten promises, so it has stopped for good. ` +
      'Use the newest copy (docs/operating.md)',
  )
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
