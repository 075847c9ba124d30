import { SynodError } from '@synod/interface'
import type { SynodErrorCode } from '@synod/interface'
import type { Failure } from './messages.ts'

/** Where the error came from: what SQLite says means something else before the store is open. */
export type Phase = 'open' | 'run'

const wayOut: Partial<Record<SynodErrorCode, string>> = {
  SYNOD_STORAGE_CORRUPT:
    'the store is damaged: keep a copy of its directory; the other servers go on without this one while they are a majority (docs/operating.md)',
  SYNOD_STORAGE_FAILED: 'the disk refused: see to its space and health, then restart this server',
}

/** The way out of a corrupt store, for messages. */
export const corruptWayOut: string = wayOut.SYNOD_STORAGE_CORRUPT ?? ''

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** True when SQLite says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code.startsWith('SQLITE_PROTOCOL')
}

/** True when SQLite may not write, though it has the rights: the header of the file says so. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_READONLY'
}

/** True when SQLite says that the file is none of its own. */
export function isNotADatabase(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_NOTADB')
}

function classify(code: string, phase: Phase): SynodErrorCode {
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'SYNOD_STORAGE_CORRUPT'
  if (code === 'SQLITE_IOERR_SHORT_READ' || code === 'SQLITE_IOERR_CORRUPTFS') return 'SYNOD_STORAGE_CORRUPT'
  // A table or column that our own SQL does not find: the schema is not what the version says.
  if (phase === 'open' && (code === 'SQLITE_ERROR' || code.startsWith('SQLITE_CONSTRAINT') || code.startsWith('SQLITE_MISMATCH'))) {
    return 'SYNOD_STORAGE_CORRUPT'
  }
  return 'SYNOD_STORAGE_FAILED'
}

/** Turns whatever was thrown over the file at `path` into a `SynodError` with the reason and the way out. */
export function toSynodError(error: unknown, path: string, phase: Phase): SynodError {
  if (SynodError.is(error)) return error
  const code = codeOf(error)
  const synodCode = classify(code, phase)
  const reason = error instanceof Error ? error.message : String(error)
  return new SynodError(synodCode, `${path}: ${reason}${code === '' ? '' : ` (${code})`}; ${wayOut[synodCode] ?? ''}`, { cause: error })
}

/** Makes an error fit to cross the threads. */
export function packFailure(error: SynodError, fatal: boolean): Failure {
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : ''
  return { code: error.code, message: error.message, fatal, cause }
}

/** Makes it a `SynodError` again. */
export function unpackFailure(failure: Failure): SynodError {
  return new SynodError(failure.code, failure.message, failure.cause === '' ? {} : { cause: new Error(failure.cause) })
}
