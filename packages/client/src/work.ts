import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import { CallList } from './calls.ts'
import type { Call, ReadCall, WriteCall } from './calls.ts'
import type { Connection } from './connection.ts'
import { clientClosed, outcomeUnknown, unreachable } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { Reads } from './reads.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** Why no answer may have come: for the error of a call whose time is over. */
export interface Circumstances {
  readonly connected: boolean
  readonly reasons: readonly { readonly endpoint: string; readonly reason: Error }[]
}

/** The open calls of the application: taken in, sent and sent again, settled by an answer, an abort, the end of their time or of the client. */
export class Work {
  readonly #options: ResolvedClientOptions
  readonly #session: SessionKeeper
  readonly #calls = new CallList()
  readonly #outbox: Outbox
  readonly #reads: Reads

  constructor(options: ResolvedClientOptions, session: SessionKeeper) {
    this.#options = options
    this.#session = session
    const ends = {
      resolve: (call: Call, value: unknown): void => this.#resolve(call, value),
      reject: (call: Call, error: unknown): void => this.#reject(call, error),
    }
    this.#outbox = new Outbox(options, session, ends)
    this.#reads = new Reads(options, ends)
  }

  get busy(): boolean {
    return this.#reads.busy || this.#outbox.busy
  }

  /** Takes a write of the application; false when it was rejected at once. */
  write(call: WriteCall): boolean {
    this.#session.check(this.#options.clock.now())
    if (this.#session.error !== null) call.reject(this.#session.error)
    else if (!this.#outbox.add(call)) call.reject(this.#tooMany('writes'))
    else this.#calls.add(call)
    return !call.settled
  }

  /** Takes a read of the application; false when it was rejected at once. */
  read(call: ReadCall): boolean {
    if (!this.#reads.add(call)) call.reject(this.#tooMany('reads'))
    else this.#calls.add(call)
    return !call.settled
  }

  /** The caller waits no longer. */
  abort(call: Call, reason: unknown): void {
    if (call.settled) return
    if (call.kind === 'write') this.#outbox.abandon(call)
    else this.#reads.abandon(call)
    this.#reject(call, reason)
  }

  /** Puts on `connection` what may be sent; `seen` is the highest position this client knows. */
  collect(connection: Connection, now: number, seen: number): void {
    this.#outbox.collect(connection, now)
    this.#reads.collect(connection, now, seen)
  }

  /** When `collect` has something to do that it put off. */
  dueAt(now: number): number {
    const [writes, reads] = [this.#outbox.dueAt(), this.#reads.dueAt()]
    return Math.min(writes > now ? writes : Infinity, reads > now ? reads : Infinity)
  }

  /** When the time of the oldest call is over. */
  get expiresAt(): number {
    const { first } = this.#calls
    return first === null ? Infinity : first.since + this.#options.requestTimeout
  }

  onAnswer(call: Call, message: ServerMessage & { type: 'result' }, now: number): void {
    if (call.kind === 'write') this.#outbox.onAnswer(call, message, now)
    else this.#reads.onAnswer(call, message, now)
  }

  onConnectionLost(connection: Connection): void {
    this.#outbox.onConnectionLost()
    this.#reads.onConnectionLost(connection)
  }

  onSessionEnded(error: SynodError): void {
    this.#outbox.end(error)
  }

  /** Rejects the calls whose time is over with what is certain about them. */
  expire(now: number, circumstances: Circumstances): void {
    while (this.expiresAt <= now && this.#calls.first !== null)
      this.#reject(this.#calls.first, this.#giveUp(this.#calls.first, circumstances))
  }

  /** Rejects what no server was given and none will take. A write that was sent waits for its time: it may have been executed. */
  turnAway(error: SynodError): void {
    for (const waiting of this.#outbox.withdrawWaiting()) this.#reject(waiting, error)
    for (const read of this.#reads.withdraw()) this.#reject(read, error)
  }

  /** Rejects every call: what was not sent surely, the rest as unknown; then `last`, if any, is the session's last write. */
  close(last: WriteCall | null): void {
    const error = clientClosed()
    for (const waiting of this.#outbox.withdrawWaiting()) this.#reject(waiting, error)
    for (const sent of this.#outbox.sent) this.#reject(sent, outcomeUnknown('the client was closed before the answer came', error))
    for (let open = this.#calls.first; open !== null; open = this.#calls.first) {
      if (open.kind === 'read') this.#reads.abandon(open)
      this.#reject(open, error)
    }
    if (last !== null) this.#outbox.add(last)
  }

  #giveUp(call: Call, { connected, reasons }: Circumstances): SynodError {
    const waited = `within ${this.#options.requestTimeout / 1000} ms`
    const cause = connected ? refusalOf(call) : unreachable(reasons)
    if (call.kind === 'write')
      return this.#outbox.abandon(call) ? noQuorum(waited, cause) : outcomeUnknown(`no answer came ${waited}`, cause)
    this.#reads.abandon(call)
    return connected || call.consistency === 'linearizable' ? noQuorum(waited, cause) : unreachable(reasons)
  }

  #resolve(call: Call, value: unknown): void {
    this.#calls.remove(call)
    call.resolve(value)
  }

  #reject(call: Call, error: unknown): void {
    this.#calls.remove(call)
    call.reject(error)
  }

  #tooMany(what: string): SynodError {
    const { waitingCallsMax } = this.#options
    return new SynodError('SYNOD_BUSY', `${waitingCallsMax} ${what} are waiting already (waitingCallsMax); wait for some of them`, {
      retryable: true,
    })
  }
}

function refusalOf(call: Call): SynodError | undefined {
  return call.kind === 'read' ? (call.refusal ?? undefined) : undefined
}

function noQuorum(waited: string, cause: unknown): SynodError {
  return new SynodError('SYNOD_NO_QUORUM', `No leader with a quorum answered ${waited}; the request was not executed`, {
    retryable: true,
    cause,
  })
}
