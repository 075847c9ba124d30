/** Stable codes; they are API, messages are not. The list with meaning and way out is in the README. */
export type SynodErrorCode =
  | 'SYNOD_INVALID_CONFIG'
  | 'SYNOD_NOT_LEADER'
  | 'SYNOD_NO_QUORUM'
  | 'SYNOD_BUSY'
  | 'SYNOD_PROPOSAL_DROPPED'
  | 'SYNOD_OUTCOME_UNKNOWN'
  | 'SYNOD_COMPACTED'
  | 'SYNOD_SESSION_EXPIRED'
  | 'SYNOD_LOCK_LOST'
  | 'SYNOD_FENCED'
  | 'SYNOD_BAD_VERSION'
  | 'SYNOD_NO_NODE'
  | 'SYNOD_NODE_EXISTS'
  | 'SYNOD_NOT_EMPTY'
  | 'SYNOD_STORAGE_FAILED'
  | 'SYNOD_STORAGE_CORRUPT'
  | 'SYNOD_STORAGE_IN_USE'
  | 'SYNOD_STORAGE_MISSING'
  | 'SYNOD_STORAGE_FOREIGN'
  | 'SYNOD_CLUSTER_MISMATCH'
  | 'SYNOD_PORT_IN_USE'
  | 'SYNOD_WIRE_VERSION'
  | 'SYNOD_UNAUTHORIZED'
  | 'SYNOD_INVALID_PATH'
  | 'SYNOD_TOO_LARGE'
  | 'SYNOD_SLOW_CONSUMER'
  | 'SYNOD_NO_CHILDREN_FOR_EPHEMERALS'
  | 'SYNOD_NOT_SUPPORTED'
  | 'SYNOD_UNSUPPORTED_RUNTIME'
  | 'SYNOD_STOPPED'
  | 'SYNOD_INVARIANT'
  | 'SYNOD_BAD_FRAME'
  | 'SYNOD_UNREACHABLE'

export interface SynodErrorOptions {
  readonly cause?: unknown
  /** The same call may succeed later without any change. Default false. */
  readonly retryable?: boolean
  /** For `SYNOD_INVALID_CONFIG`: every issue at once. */
  readonly issues?: readonly ConfigIssue[]
}

export interface ConfigIssue {
  /** Dotted path of the option, e.g. `peers.2`. */
  readonly path: string
  /** What is wrong, with the numbers. */
  readonly message: string
}

const marker = Symbol.for('synod.error')

/**
 * The one error class of Synod. Recognise it by code with `SynodError.is(error, 'SYNOD_NOT_LEADER')`, never by `instanceof`:
 * two installed copies of this package know each other by a registered symbol.
 */
export class SynodError extends Error {
  readonly code: SynodErrorCode
  readonly retryable: boolean
  readonly issues: readonly ConfigIssue[]

  constructor(code: SynodErrorCode, message: string, options: SynodErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SynodError'
    this.code = code
    this.retryable = options.retryable ?? false
    this.issues = options.issues ?? []
    Object.defineProperty(this, marker, { value: true })
  }

  /** True for a Synod error of any copy of this package, and of that code when one is given. */
  static is(error: unknown, code?: SynodErrorCode): error is SynodError {
    if (typeof error !== 'object' || error === null || !(marker in error)) return false
    return code === undefined || ('code' in error && error.code === code)
  }
}
