import type { SynodErrorCode } from '@synod/interface'
import type { MultiOperation, Stat, Zxid } from '@synod/interface/protocol'

/**
 * Commands of the tree. They travel inside a command envelope (`@synod/wire`: session, sequence, ackedBelow), which names
 * the session that a `create`, `closeSession` … acts for.
 */
export type Command =
  /** The session's id is the index of this entry. A second `openSession` with the nonce of an open session returns that session (amendment 26). */
  | { readonly kind: 'openSession'; readonly nonce: Uint8Array; readonly timeoutMs: number }
  | { readonly kind: 'closeSession' }
  /** Only from the established leader's housekeeping; rejected when the session's touch count has changed. */
  | { readonly kind: 'expireSession'; readonly sessionId: number; readonly touchCount: number }
  /** One operation alone or several as one atomic transaction; `atomic` only tells how the result is shaped for the caller. */
  | { readonly kind: 'transaction'; readonly operations: readonly MultiOperation[] }

/** Outcome of one operation of a transaction that was executed. */
export type OperationResult =
  | { readonly op: 'create'; readonly path: string; readonly stat: Stat }
  | { readonly op: 'set'; readonly stat: Stat }
  | { readonly op: 'delete' }
  | { readonly op: 'check' }

/** What executing a command gives, on every replica alike. */
export type CommandResult =
  | { readonly kind: 'session'; readonly sessionId: number; readonly timeoutMs: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'transaction'; readonly results: readonly OperationResult[] }
  /** Nothing was changed. `operation` is the index of the operation at fault; −1 when it is the command as a whole. */
  | { readonly kind: 'rejected'; readonly code: SynodErrorCode; readonly message: string; readonly operation: number }
  /** De-duplication (protocol §2.14, amendment 25): nothing was executed. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'gap'; readonly nextSequence: number }
  | { readonly kind: 'window'; readonly ackedBelow: number }

/** A read-only request. */
export type Query =
  | { readonly kind: 'get'; readonly path: string }
  | { readonly kind: 'exists'; readonly path: string }
  | { readonly kind: 'list'; readonly path: string; readonly after: string; readonly limit: number }
  /** Does this session exist, and was it opened with this nonce? For re-attaching. */
  | { readonly kind: 'session'; readonly sessionId: number; readonly nonce: Uint8Array }

/** `zxid` is the applied position that the answer is of. */
export type QueryResult =
  | { readonly kind: 'get'; readonly zxid: Zxid; readonly data: Uint8Array; readonly stat: Stat }
  | { readonly kind: 'exists'; readonly zxid: Zxid; readonly stat: Stat | null }
  | { readonly kind: 'list'; readonly zxid: Zxid; readonly names: readonly string[]; readonly stat: Stat; readonly more: boolean }
  | { readonly kind: 'session'; readonly zxid: Zxid; readonly found: boolean; readonly timeoutMs: number; readonly nextSequence: number }
  | { readonly kind: 'rejected'; readonly code: SynodErrorCode; readonly message: string }
