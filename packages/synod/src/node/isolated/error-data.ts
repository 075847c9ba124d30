import type { ConfigIssue, SynodErrorCode } from '@synod/interface'
import { SynodError } from '@synod/interface'

/** An error as threads hand it to each other: a structured clone keeps neither class nor code. */
export interface ErrorData {
  readonly code: SynodErrorCode | null
  readonly message: string
  readonly retryable: boolean
  readonly issues: readonly ConfigIssue[]
  readonly stack: string
}

export function errorToData(error: unknown): ErrorData {
  if (SynodError.is(error)) {
    const { code, message, retryable, issues, stack = '' } = error
    return { code, message, retryable, issues, stack }
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { code: null, message, retryable: false, issues: [], stack }
}

/** The error again; its stack is that of where it was thrown. */
export function errorFromData({ code, message, retryable, issues, stack }: ErrorData): Error {
  const error = code === null ? new Error(message) : new SynodError(code, message, { retryable, issues })
  error.stack = stack
  return error
}
