import { decodeCommandResult, encodeCommand, sessionWindow } from '@synod/tree/commands'
import type { CommandResult } from '@synod/tree/commands'
import { encodeCommandEnvelope } from '@synod/wire'
import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import { BackOff } from './back-off.ts'
import { Queue } from './calls.ts'
import type { WriteCall } from './calls.ts'
import type { Connection } from './connection.ts'
import { isTransient, outcomeUnknown, serverError } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { callerResult } from './results.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What an abandoned write is replaced by when it has to be sent again: it fills its sequence and changes nothing. */
const nothing = encodeCommand({ kind: 'transaction', operations: [] })

/** Settles a call and takes it off the list of open calls. */
export interface CallEnds {
  resolve(call: WriteCall, value: unknown): void
  reject(call: WriteCall, error: unknown): void
}

/**
 * The session's writes: numbered at their first sending, executed at most once and in order (protocol §2.14, amendment 25).
 *
 * Invariants:
 * 1. `#sent` holds, in order and without a hole, the sequences from `ackedBelow` to the next one; at most `sessionWindow`.
 * 2. A number once given is never given up: when its caller is gone, the write stays until a server has answered it,
 *    as itself while a copy is under way, as `nothing` when it has to be sent again.
 * 3. An answer that nothing was executed (a refusal, `gap`, `window`) decides only about the copy that it answers.
 */
export class Outbox {
  readonly #options: ResolvedClientOptions
  readonly #session: SessionKeeper
  readonly #ends: CallEnds
  readonly #pause: BackOff
  readonly #waiting = new Queue<WriteCall>()
  #sent: WriteCall[] = []
  #nextSequence = 1
  #resend = false
  #notBefore = 0

  constructor(options: ResolvedClientOptions, session: SessionKeeper, ends: CallEnds) {
    this.#options = options
    this.#session = session
    this.#ends = ends
    this.#pause = new BackOff(options.random, 4, 100)
  }

  get busy(): boolean {
    return this.#sent.length > 0 || this.#waiting.length > 0
  }

  /** Writes of which a copy may be at a server. */
  get outstanding(): number {
    return this.#sent.length
  }

  /** False when the bound of waiting writes is reached. */
  add(call: WriteCall): boolean {
    if (call.shape !== 'close' && this.#waiting.length >= this.#options.waitingCallsMax) return false
    this.#waiting.push(call)
    return true
  }

  /**
   * Puts on `connection` what the window admits, in order. While its server knows no leader nothing is sent: so what waits for a
   * quorum is surely not executed, and its caller gets `SYNOD_NO_QUORUM`, not a doubt. The `welcome` that names a leader wakes us.
   */
  collect(connection: Connection, now: number): void {
    if (!this.#session.canWrite || now < this.#notBefore) return
    this.#notBefore = 0
    if (connection.leader === 0) return
    if (this.#resend) {
      this.#resend = false
      for (const call of this.#sent) {
        if (call.inflight || call.done) continue
        if (call.settled) call.operation = nothing
        this.#send(connection, call)
      }
    }
    while (this.#sent.length < sessionWindow) {
      const call = this.#waiting.shift()
      if (call === undefined) return
      call.sequence = this.#nextSequence
      this.#nextSequence += 1
      this.#sent.push(call)
      this.#send(connection, call)
    }
  }

  /** When `collect` has something to do that it refused to do now. */
  dueAt(): number {
    return this.busy && this.#notBefore > 0 ? this.#notBefore : Infinity
  }

  onConnectionLost(): void {
    for (const call of this.#sent) this.#missed(call)
    this.#notBefore = 0
  }

  onAnswer(call: WriteCall, message: ServerMessage & { type: 'result' }, now: number): void {
    if (call.done) return
    const current = call.requestId === message.requestId
    if (message.code !== '') {
      if (current) this.#onRefusal(call, message, now)
      return
    }
    const decoded = decodeCommandResult(message.body)
    if (!decoded.ok) {
      this.#finish(call)
      this.#ends.reject(call, outcomeUnknown(`the answer of the server could not be read (${decoded.reason})`))
      return
    }
    const result = decoded.value
    if (result.kind === 'gap' || result.kind === 'window') {
      if (current) this.#onGap(result.kind === 'gap' ? result.nextSequence : call.sequence, now)
      return
    }
    this.#onResult(call, result)
  }

  /** The caller waits no longer. True when the write was surely not executed and will not be. */
  abandon(call: WriteCall): boolean {
    if (call.sequence === 0) {
      this.#waiting.remove(call)
      return true
    }
    return !call.inflight && !call.uncertain
  }

  /** Rejects everything; nothing is sent any more. */
  end(error: SynodError): void {
    const sent = this.#sent
    const waiting = this.#waiting.drain()
    this.#sent = []
    for (const call of sent) this.#ends.reject(call, call.inflight || call.uncertain ? outcomeUnknown(error.message, error) : error)
    for (const call of waiting) this.#ends.reject(call, error)
  }

  /** Takes back all writes that were never sent. */
  withdrawWaiting(): WriteCall[] {
    return this.#waiting.drain()
  }

  /** The writes whose callers may still wait for a copy under way. */
  get sent(): readonly WriteCall[] {
    return this.#sent
  }

  #send(connection: Connection, call: WriteCall): void {
    const requestId = connection.nextRequestId()
    call.requestId = requestId
    call.inflight = true
    connection.requests.set(requestId, call)
    const command = encodeCommandEnvelope({
      sessionId: this.#session.id,
      sequence: call.sequence,
      ackedBelow: this.#sent[0]?.sequence ?? call.sequence,
      operation: call.operation,
    })
    connection.queue({ type: 'write', requestId, command }, command.length)
  }

  #onRefusal(call: WriteCall, message: ServerMessage & { type: 'result' }, now: number): void {
    call.inflight = false
    if (message.code === 'SYNOD_OUTCOME_UNKNOWN') call.uncertain = true
    if (message.code === 'SYNOD_UNAUTHORIZED') {
      this.#session.onNotAttached(now)
    } else if (!isTransient(message.code)) {
      this.#ends.reject(call, call.uncertain ? outcomeUnknown(message.message) : serverError(message.code, message.message))
    }
    this.#resendAfterPause(now)
  }

  /** Nothing from `sequence` on has been executed: all copies under way are void, since one connection keeps their order. */
  #onGap(sequence: number, now: number): void {
    for (const call of this.#sent) {
      if (call.sequence >= sequence) this.#missed(call)
    }
    this.#resendAfterPause(now)
  }

  #onResult(call: WriteCall, result: Exclude<CommandResult, { kind: 'gap' | 'window' }>): void {
    if (result.kind === 'rejected' && result.code === 'SYNOD_SESSION_EXPIRED') {
      // Writes are executed in order, so none after this one was, unless by a copy of an earlier connection.
      for (const later of this.#sent) if (later.sequence >= call.sequence) later.inflight = false
      this.#session.end(result.message)
      return
    }
    this.#pause.reset()
    this.#finish(call)
    if (call.settled) return
    if (result.kind === 'stale') {
      this.#ends.reject(call, outcomeUnknown('the servers no longer keep its result'))
    } else if (result.kind === 'rejected') {
      this.#ends.reject(call, new SynodError(result.code, result.message))
    } else {
      const value = callerResult(call.shape, result)
      if (value instanceof SynodError) this.#ends.reject(call, value)
      else this.#ends.resolve(call, value)
    }
  }

  #missed(call: WriteCall): void {
    if (call.done) return
    if (call.inflight) call.uncertain = true
    call.inflight = false
    this.#resend = true
  }

  #resendAfterPause(now: number): void {
    this.#resend = true
    if (now >= this.#notBefore) this.#notBefore = now + this.#pause.next()
  }

  #finish(call: WriteCall): void {
    call.done = true
    call.inflight = false
    let acked = 0
    while (this.#sent[acked]?.done === true) acked += 1
    if (acked === 1) this.#sent.shift()
    else if (acked > 1) this.#sent.splice(0, acked)
  }
}
