import { decodeQueryResult } from '@synod/tree/commands'
import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import { BackOff } from './back-off.ts'
import { Queue } from './calls.ts'
import type { ReadCall } from './calls.ts'
import type { Connection } from './connection.ts'
import { isTransient, serverError } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { callerAnswer } from './results.ts'

export interface ReadEnds {
  resolve(call: ReadCall, value: unknown): void
  reject(call: ReadCall, error: unknown): void
}

/** Reads: sent as they come, sent again whenever no answer came, since they change nothing. */
export class Reads {
  readonly #options: ResolvedClientOptions
  readonly #ends: ReadEnds
  readonly #pause: BackOff
  readonly #waiting = new Queue<ReadCall>()
  /** Refused for now. */
  #delayed: ReadCall[] = []
  #notBefore = 0
  #outstanding = 0

  constructor(options: ResolvedClientOptions, ends: ReadEnds) {
    this.#options = options
    this.#ends = ends
    this.#pause = new BackOff(options.random, 4, 100)
  }

  get busy(): boolean {
    return this.#outstanding > 0 || this.#waiting.length > 0 || this.#delayed.length > 0
  }

  get outstanding(): number {
    return this.#outstanding
  }

  /** False when the bound of waiting reads is reached. */
  add(call: ReadCall): boolean {
    if (this.#waiting.length >= this.#options.waitingCallsMax) return false
    this.#waiting.push(call)
    return true
  }

  /** `seen`: the highest position this client knows, below which a `session` read must not be. */
  collect(connection: Connection, now: number, seen: number): void {
    if (this.#delayed.length > 0 && now >= this.#notBefore) this.#requeueDelayed()
    while (this.#outstanding < this.#options.outstandingReadsMax) {
      const call = this.#waiting.shift()
      if (call === undefined) return
      call.requestId = connection.nextRequestId()
      connection.requests.set(call.requestId, call)
      this.#outstanding += 1
      const { consistency, query, requestId } = call
      connection.queue({ type: 'read', requestId, consistency, minIndex: consistency === 'session' ? seen : 0, query }, query.length)
    }
  }

  dueAt(): number {
    return this.#delayed.length > 0 ? this.#notBefore : Infinity
  }

  onAnswer(call: ReadCall, message: ServerMessage & { type: 'result' }, now: number): void {
    this.#outstanding -= 1
    call.requestId = 0
    if (call.settled) return
    if (message.code !== '') {
      this.#onRefusal(call, serverError(message.code, message.message), now)
      return
    }
    this.#pause.reset()
    const decoded = decodeQueryResult(message.body)
    const value = decoded.ok
      ? callerAnswer(call, decoded.value)
      : new SynodError('SYNOD_BAD_FRAME', `The answer of the server could not be read: ${decoded.reason}`)
    if (value instanceof SynodError) this.#ends.reject(call, value)
    else this.#ends.resolve(call, value)
  }

  /** The reads under way on a connection that is gone are sent again, in their order. */
  onConnectionLost(connection: Connection): void {
    const again: ReadCall[] = []
    for (const request of connection.requests.values()) {
      if (request.kind !== 'read') continue
      request.requestId = 0
      if (!request.settled) again.push(request)
    }
    this.#outstanding = 0
    this.#waiting.unshiftAll(again)
  }

  /** The caller waits no longer. An answer under way is dropped when it comes. */
  abandon(call: ReadCall): void {
    if (call.requestId !== 0) return
    if (this.#waiting.remove(call)) return
    const at = this.#delayed.indexOf(call)
    if (at >= 0) this.#delayed.splice(at, 1)
  }

  /** Takes back all reads that are not under way. */
  withdraw(): ReadCall[] {
    const delayed = this.#delayed
    this.#delayed = []
    return [...delayed, ...this.#waiting.drain()]
  }

  #requeueDelayed(): void {
    const again = this.#delayed
    this.#delayed = []
    this.#waiting.unshiftAll(again)
  }

  #onRefusal(call: ReadCall, error: SynodError, now: number): void {
    if (!isTransient(error.code)) {
      this.#ends.reject(call, error)
      return
    }
    call.refusal = error
    if (this.#delayed.length === 0) this.#notBefore = now + this.#pause.next()
    this.#delayed.push(call)
  }
}
