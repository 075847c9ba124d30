import type { Model } from '../model.ts'

/**
 * What is asked of a lock, and of the resource that it guards. `holder` names one attempt to hold it, not a client: an identity that
 * is never used twice.
 */
export type LockOp =
  | { readonly kind: 'acquire'; readonly lock: string; readonly holder: string }
  /**
   * Gives up what this holder has or waits for. A holder whose session may end is recorded as an open `release`
   * (`return: null`) called at the moment from which the servers may take the lock away.
   */
  | { readonly kind: 'release'; readonly lock: string; readonly holder: string }
  /** Touches the guarded resource under a fencing token. */
  | { readonly kind: 'use'; readonly lock: string; readonly token: number }

/** What came of it. */
export type LockResult =
  | { readonly kind: 'acquired'; readonly token: number }
  /** Answer to an `acquire` that does not wait: somebody else had it. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'released' }
  | { readonly kind: 'accepted' }
  /** The resource has seen a greater token. */
  | { readonly kind: 'fenced' }

/** Who has it, the greatest token given, and the greatest token that the resource has seen. */
export interface LockState {
  readonly holder: string | null
  readonly lastToken: number
  readonly seenToken: number
}

/** One exclusive lock with fencing: at most one holder, tokens grow with every holder, and the resource refuses older tokens. */
export const lockModel: Model<LockState, LockOp, LockResult> = {
  partition: ({ lock }) => lock,
  initial: { holder: null, lastToken: -1, seenToken: -1 },
  step(state, op, result) {
    switch (op.kind) {
      case 'acquire':
        return acquire(state, op.holder, result)
      case 'release':
        if (result !== undefined && result.kind !== 'released') return null
        return state.holder === op.holder ? { ...state, holder: null } : state
      case 'use':
        return use(state, op.token, result)
    }
  },
  isRead: (_, { kind }) => kind === 'unavailable' || kind === 'fenced',
  fingerprint: ({ holder, lastToken, seenToken }) => JSON.stringify([holder, lastToken, seenToken]),
  describeState: ({ holder, lastToken, seenToken }) =>
    `${holder === null ? 'free' : `held by ${holder}`}, last token ${lastToken}, resource has seen ${seenToken}`,
  describe: (op, result) => `${describeOp(op)} → ${describeResult(result)}`,
}

function acquire(state: LockState, holder: string, result: LockResult | undefined): LockState | null {
  if (result === undefined) return state.holder === null ? { ...state, holder } : state
  if (result.kind === 'unavailable') return state.holder === null ? null : state
  if (result.kind !== 'acquired' || state.holder !== null || result.token <= state.lastToken) return null
  return { ...state, holder, lastToken: result.token }
}

function use(state: LockState, token: number, result: LockResult | undefined): LockState | null {
  const accepted = token >= state.seenToken
  if (result !== undefined && result.kind !== (accepted ? 'accepted' : 'fenced')) return null
  return token > state.seenToken ? { ...state, seenToken: token } : state
}

function describeOp(op: LockOp): string {
  return op.kind === 'use' ? `use ${op.lock} with token ${op.token}` : `${op.kind} ${op.lock} as ${op.holder}`
}

function describeResult(result: LockResult | undefined): string {
  if (result === undefined) return 'unknown'
  return result.kind === 'acquired' ? `token ${result.token}` : result.kind
}
