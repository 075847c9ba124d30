import { encodeCommand, decodeCommandResult } from '@synod/tree/commands'
import { encodeCommandEnvelope } from '@synod/wire'
import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import type { Logger, Random } from '@synod/interface'
import type { Session } from '@synod/interface/coordination'
import { BackOff } from './back-off.ts'
import type { Connection } from './connection.ts'
import { isTransient, serverError } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'

type State = 'none' | 'opening' | 'open' | 'ended'

/** What a session tells the engine. */
export interface SessionEvents {
  /** Something is to be sent. */
  wake(): void
  onOpened(): void
  /** Once, for good; `session.signal` has aborted. */
  onEnded(error: SynodError): void
}

const nonceBytes = 16
const noBytes = new Uint8Array(0)

/**
 * Opens the client's one session, keeps it alive and knows until when it surely lives (protocol §2.14, amendments 6 and 26).
 *
 * The deadline is the moment at which the last answered ping was *sent*, plus the timeout, less a margin of a tenth of the
 * timeout and at least 200 ms: servers count from the ping's arrival, so this client is always the first to know.
 */
export class SessionKeeper implements Session {
  readonly #options: ResolvedClientOptions
  readonly #events: SessionEvents
  readonly #random: Random
  readonly #logger: Logger
  readonly #controller = new AbortController()
  readonly #retry: BackOff
  #state: State = 'none'
  #error: SynodError | null = null
  #nonce: Uint8Array = noBytes
  #openSince = 0
  #openInflight = false
  #attach: 'none' | 'sent' | 'done' = 'none'
  #retryAt = 0
  #nextPingAt = 0
  #deadline = 0
  #id = 0
  #timeoutMs: number

  constructor(options: ResolvedClientOptions, events: SessionEvents) {
    this.#options = options
    this.#events = events
    this.#random = options.random
    this.#logger = options.logger
    this.#timeoutMs = options.sessionTimeoutMs
    this.#retry = new BackOff(options.random, 5, 200)
  }

  get id(): number {
    return this.#id
  }

  get timeoutMs(): number {
    return this.#timeoutMs
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get deadline(): number {
    return this.#deadline
  }

  get held(): boolean {
    return this.#state === 'open' && !this.signal.aborted && this.#options.clock.now() < this.#deadline
  }

  get state(): State {
    return this.#state
  }

  /** Why it ended; null while it has not. */
  get error(): SynodError | null {
    return this.#error
  }

  /** Whether writes may be sent on the present connection. */
  get canWrite(): boolean {
    return this.#state === 'open' && this.#attach !== 'none'
  }

  /** Opens it at the first call. */
  want(): void {
    if (this.#state !== 'none') return
    this.#state = 'opening'
    this.#events.wake()
  }

  /** Ends it when its deadline has passed; called before anything that relies on it, since a stall delays the timer. */
  check(now: number): void {
    if (this.#state !== 'open' || now < this.#deadline) return
    this.end(`its servers have not confirmed session ${this.#id} for ${this.#timeoutMs} ms (less the safety margin)`)
  }

  /** Its holders are told that it is over; it can still be written to, to close it. */
  renounce(): void {
    this.#controller.abort(sessionEnded('the client was closed'))
  }

  /** Ends it for good. */
  end(why: string): void {
    this.endWith(sessionEnded(why))
  }

  /** Ends it for good with this error. */
  endWith(error: SynodError): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#error = error
    if (!this.signal.aborted) this.#logger.warn({ session: this.#id, code: error.code }, error.message)
    this.#controller.abort(error)
    this.#events.onEnded(error)
  }

  onConnectionLost(): void {
    this.#openInflight = false
    this.#attach = 'none'
    this.#retryAt = 0
    this.#nextPingAt = 0
  }

  /** Puts on `connection` what is due. */
  collect(connection: Connection, now: number): void {
    if (this.#state === 'opening') this.#collectOpen(connection, now)
    if (this.#state !== 'open') return
    if (this.#attach === 'none' && now >= this.#retryAt) this.#sendAttach(connection)
    if (this.#attach !== 'none' && now >= this.#nextPingAt) this.#sendPing(connection, now)
  }

  /** When `check` or `collect` has something to do next. */
  dueAt(connected: boolean): number {
    if (this.#state === 'opening') return connected && !this.#openInflight ? this.#retryAt : Infinity
    if (this.#state !== 'open') return Infinity
    if (!connected) return this.#deadline
    return Math.min(this.#deadline, this.#attach === 'none' ? this.#retryAt : this.#nextPingAt)
  }

  onOpenAnswer(message: ServerMessage & { type: 'result' }, now: number): void {
    this.#openInflight = false
    if (this.#state !== 'opening') return
    if (message.code !== '') {
      if (!isTransient(message.code)) this.endWith(serverError(message.code, message.message))
      else this.#retryAt = now + this.#retry.next()
      return
    }
    const decoded = decodeCommandResult(message.body)
    if (!decoded.ok || (decoded.value.kind !== 'session' && decoded.value.kind !== 'rejected')) {
      this.endWith(new SynodError('SYNOD_BAD_FRAME', 'The answer to the opening of a session could not be read'))
      return
    }
    if (decoded.value.kind === 'rejected') {
      this.endWith(new SynodError(decoded.value.code, decoded.value.message))
      return
    }
    const { sessionId, timeoutMs } = decoded.value
    const deadline = this.#openSince + lifetime(timeoutMs)
    if (now >= deadline) {
      // Too old to be relied on: it expires by itself, and the next try asks for another with a nonce of its own.
      this.#nonce = noBytes
      return
    }
    this.#state = 'open'
    this.#attach = 'done'
    this.#retry.reset()
    this.#id = sessionId
    this.#timeoutMs = timeoutMs
    this.#deadline = deadline
    this.#nextPingAt = this.#openSince + pingInterval(timeoutMs)
    this.#events.onOpened()
  }

  onAttached(message: ServerMessage & { type: 'attached' }, now: number): void {
    if (this.#state !== 'open') return
    if (message.code !== '') {
      this.#detached(now)
    } else if (!message.found) {
      this.end(`session ${this.#id} does not exist any more on the servers`)
    } else {
      this.#attach = 'done'
      this.#retry.reset()
    }
  }

  /** The server says that this connection has not attached the session: do it again, after a pause. */
  onNotAttached(now: number): void {
    if (this.#attach === 'done') this.#detached(now)
  }

  onPong(outcome: 'ok' | 'expired' | 'unavailable', sentAt: number, now: number): void {
    this.check(now)
    if (this.#state !== 'open') return
    if (outcome === 'expired') {
      this.end(`the servers have expired session ${this.#id}`)
    } else if (outcome === 'ok') {
      this.#deadline = Math.max(this.#deadline, sentAt + lifetime(this.#timeoutMs))
    } else {
      this.#nextPingAt = Math.min(this.#nextPingAt, now + pingInterval(this.#timeoutMs) / 10)
    }
  }

  #detached(now: number): void {
    this.#attach = 'none'
    this.#retryAt = now + this.#retry.next()
  }

  #collectOpen(connection: Connection, now: number): void {
    if (this.#openInflight || now < this.#retryAt) return
    // A nonce serves every retry of one opening; one whose session would be half over by now is given up.
    if (this.#nonce.length === 0 || now - this.#openSince > lifetime(this.#timeoutMs) / 2) {
      this.#nonce = this.#random.bytes(nonceBytes)
      this.#openSince = now
    }
    this.#openInflight = true
    const operation = encodeCommand({ kind: 'openSession', nonce: this.#nonce, timeoutMs: this.#timeoutMs })
    const requestId = connection.nextRequestId()
    connection.requests.set(requestId, { kind: 'open' })
    connection.queue({ type: 'write', requestId, command: encodeCommandEnvelope({ sessionId: 0, sequence: 0, ackedBelow: 0, operation }) })
  }

  #sendAttach(connection: Connection): void {
    this.#attach = 'sent'
    const requestId = connection.nextRequestId()
    connection.requests.set(requestId, { kind: 'attach' })
    connection.queue({ type: 'attach', requestId, sessionId: this.#id, nonce: this.#nonce, minIndex: this.#id })
  }

  #sendPing(connection: Connection, now: number): void {
    this.#nextPingAt = now + pingInterval(this.#timeoutMs)
    const requestId = connection.nextRequestId()
    connection.requests.set(requestId, { kind: 'ping', sentAt: now })
    connection.queue({ type: 'ping', requestId, sessionId: this.#id })
  }
}

/** For how long after a ping was sent its answer proves the session alive, in microseconds. */
export function lifetime(timeoutMs: number): number {
  return (timeoutMs - Math.max(Math.ceil(timeoutMs / 10), 200)) * 1000
}

function pingInterval(timeoutMs: number): number {
  return Math.floor(timeoutMs * 250)
}

function sessionEnded(why: string): SynodError {
  return new SynodError('SYNOD_SESSION_EXPIRED', `The session has ended: ${why}. Make a new client.`)
}
