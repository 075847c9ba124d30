import type { CommandEnvelope } from '@synod/wire'

/** Commands that may be without an acknowledged result (amendment 25). */
const windowMax = 64

/** An open session as the rules say it must be. */
export interface ModelSession {
  readonly id: number
  readonly nonce: string
  timeoutMs: number
  /** Signs of life in the log: its opening, asked for once or more, and every command. */
  touches: number
  next: number
  /** The client has the results of all before. */
  ackedBelow: number
  /** Of all commands ever executed in it: whatever a repetition gets must be the same bytes. */
  readonly results: Map<number, Uint8Array>
}

/** What becomes of a command of a session. */
type ModelAdmission =
  | { readonly kind: 'execute' | 'stale' }
  | { readonly kind: 'cached'; readonly result: Uint8Array }
  | { readonly kind: 'gap'; readonly nextSequence: number }
  | { readonly kind: 'window'; readonly ackedBelow: number }

/** The open sessions and what has been executed in them (protocol §2.14, amendments 25 and 26). */
export class SessionModel {
  readonly open: Map<number, ModelSession> = new Map()

  byNonce(nonce: string): ModelSession | undefined {
    for (const session of this.open.values()) if (session.nonce === nonce) return session
    return undefined
  }

  add(id: number, nonce: string, timeoutMs: number): void {
    this.open.set(id, { id, nonce, timeoutMs, touches: 1, next: 1, ackedBelow: 1, results: new Map() })
  }

  admit(session: ModelSession, { sequence, ackedBelow }: CommandEnvelope): ModelAdmission {
    session.touches += 1
    session.ackedBelow = Math.max(session.ackedBelow, Math.min(ackedBelow, session.next))
    if (sequence < session.ackedBelow) return { kind: 'stale' }
    const result = session.results.get(sequence)
    if (result !== undefined) return { kind: 'cached', result }
    if (sequence >= session.ackedBelow + windowMax) return { kind: 'window', ackedBelow: session.ackedBelow }
    return sequence === session.next ? { kind: 'execute' } : { kind: 'gap', nextSequence: session.next }
  }

  executed(session: ModelSession, result: Uint8Array): void {
    session.results.set(session.next, result)
    session.results.delete(session.ackedBelow - 1)
    session.next += 1
  }
}
