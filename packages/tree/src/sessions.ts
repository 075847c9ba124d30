import { SynodError } from '@synod/interface'
import type { SessionInfo } from '@synod/interface/protocol'
import { bytesToHex } from '@synod/wire'
import { sessionWindow } from './commands/limits.ts'

const sessionOverheadBytes = 512
const resultOverheadBytes = 128

/**
 * One open session.
 *
 * Invariants (amendment 25):
 * 1. `results` are exactly those of the sequences [`ackedBelow`, `nextSequence`), in order.
 * 2. There are at most 64 of them.
 */
export interface SessionRecord extends SessionInfo {
  readonly nonce: Uint8Array
  touchCount: number
  /** Sequence that will be executed next; the first is 1. */
  nextSequence: number
  ackedBelow: number
  results: Uint8Array[]
}

/** What becomes of a command of a session: executed, or answered without being executed. */
export type Admission =
  | { readonly kind: 'execute' }
  | { readonly kind: 'cached'; readonly result: Uint8Array }
  | { readonly kind: 'stale' }
  | { readonly kind: 'gap'; readonly nextSequence: number }
  | { readonly kind: 'window'; readonly ackedBelow: number }

const execute: Admission = { kind: 'execute' }
const stale: Admission = { kind: 'stale' }

/** The open sessions with their de-duplication, in ascending order of id. */
export class SessionTable {
  readonly #byId: Map<number, SessionRecord> = new Map()
  readonly #byNonce: Map<string, SessionRecord> = new Map()
  #sizeBytes = 0

  get size(): number {
    return this.#byId.size
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get(id: number): SessionRecord | undefined {
    return this.#byId.get(id)
  }

  byNonce(nonce: Uint8Array): SessionRecord | undefined {
    return this.#byNonce.get(bytesToHex(nonce))
  }

  /** Ascending by id: ids are log indices, so they are added in this order. */
  values(): MapIterator<SessionRecord> {
    return this.#byId.values()
  }

  /** The id must be above all others, and the nonce that of no open session. */
  add(record: SessionRecord): void {
    this.#byId.set(record.id, record)
    this.#byNonce.set(bytesToHex(record.nonce), record)
    this.#sizeBytes += sessionOverheadBytes
    for (const result of record.results) this.#sizeBytes += resultOverheadBytes + result.length
  }

  remove(record: SessionRecord): void {
    this.#byId.delete(record.id)
    this.#byNonce.delete(bytesToHex(record.nonce))
    this.#sizeBytes -= sessionOverheadBytes
    for (const result of record.results) this.#sizeBytes -= resultOverheadBytes + result.length
  }

  /** Decides about a command, and forgets the results that it acknowledges (amendment 25). Counts as a touch. */
  admit(session: SessionRecord, sequence: number, ackedBelow: number): Admission {
    session.touchCount += 1
    this.#acknowledge(session, Math.min(ackedBelow, session.nextSequence))
    if (sequence < session.ackedBelow) return stale
    if (sequence < session.nextSequence) {
      const result = session.results[sequence - session.ackedBelow]
      if (result === undefined) throw new SynodError('SYNOD_INVARIANT', `result ${sequence} of session ${session.id} is gone (I21)`)
      return { kind: 'cached', result }
    }
    if (sequence >= session.ackedBelow + sessionWindow) return { kind: 'window', ackedBelow: session.ackedBelow }
    return sequence === session.nextSequence ? execute : { kind: 'gap', nextSequence: session.nextSequence }
  }

  /** Keeps the result of the sequence that was admitted for execution. */
  keep(session: SessionRecord, result: Uint8Array): void {
    session.results.push(result)
    session.nextSequence += 1
    this.#sizeBytes += resultOverheadBytes + result.length
  }

  #acknowledge(session: SessionRecord, below: number): void {
    const count = below - session.ackedBelow
    if (count <= 0) return
    for (let at = 0; at < count; at += 1) this.#sizeBytes -= resultOverheadBytes + (session.results[at]?.length ?? 0)
    session.ackedBelow = below
    if (count === session.results.length) session.results.length = 0
    else session.results.splice(0, count)
  }
}
