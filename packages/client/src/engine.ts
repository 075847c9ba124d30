import type { ServerMessage } from '@synod/wire'
import { SynodError } from '@synod/interface'
import { Alarm } from './alarm.ts'
import { CallList } from './calls.ts'
import type { Call, ReadCall, WriteCall } from './calls.ts'
import type { Connection, ConnectionHandlers } from './connection.ts'
import { clientClosed, outcomeUnknown, unreachable } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { Reads } from './reads.ts'
import { SessionKeeper } from './session-keeper.ts'
import { Steering } from './steering.ts'
import { Watches } from './watches.ts'

/** What `connect` waits for. */
export interface EngineObserver {
  onSessionOpened(): void
  onSessionEnded(error: SynodError): void
  /** No server could be reached in a full round. */
  onRoundFailed(): void
}

/**
 * Ties the parts of a client together: one connection, one session, its writes, reads and watches, one timer.
 *
 * Everything that becomes due in one turn of the event loop leaves in one frame at its end.
 */
export class Engine implements ConnectionHandlers {
  readonly options: ResolvedClientOptions
  readonly session: SessionKeeper
  readonly watches: Watches
  readonly steering: Steering
  observer: EngineObserver | null = null
  readonly #calls = new CallList()
  readonly #outbox: Outbox
  readonly #reads: Reads
  readonly #alarm: Alarm
  #connection: Connection | null = null
  /** Highest log index seen in any answer: `session` reads are never older. */
  #seen = 0
  #turnPending = false
  #closing: WriteCall | null = null
  #closed = false

  constructor(options: ResolvedClientOptions) {
    this.options = options
    const ends = {
      resolve: (call: Call, value: unknown): void => this.#resolve(call, value),
      reject: (call: Call, error: unknown): void => this.#reject(call, error),
    }
    this.session = new SessionKeeper(options, {
      wake: () => this.wake(),
      onOpened: () => this.#onSessionOpened(),
      onEnded: (error) => this.#onSessionEnded(error),
    })
    this.#outbox = new Outbox(options, this.session, ends)
    this.#reads = new Reads(options, ends)
    this.watches = new Watches(options, { wake: () => this.wake(), onCompacted: () => this.wake() })
    this.steering = new Steering(options, this, {
      onAdopt: (connection) => this.#adopt(connection),
      onStalled: (connection) => connection.fail(new Error('the server fell silent')),
      onRoundFailed: () => this.observer?.onRoundFailed(),
      onHistoryGone: () => this.watches.giveUpHistory(),
    })
    this.#alarm = new Alarm(options.clock, (lateBy) => this.#onAlarm(lateBy))
  }

  get connection(): Connection | null {
    return this.#connection
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Takes a write of the application, or the end of the session. Rejects it when it cannot wait. */
  write(call: WriteCall): void {
    const now = this.options.clock.now()
    this.session.check(now)
    if (this.session.error !== null) {
      call.reject(this.session.error)
      return
    }
    if (!this.#outbox.add(call)) {
      call.reject(this.#tooMany('writes'))
      return
    }
    this.#calls.add(call)
    this.session.want()
    this.wake()
  }

  /** Takes a read of the application. Rejects it when it cannot wait. */
  read(call: ReadCall): void {
    if (!this.#reads.add(call)) {
      call.reject(this.#tooMany('reads'))
      return
    }
    this.#calls.add(call)
    this.wake()
  }

  /** The caller waits no longer. */
  abort(call: Call, reason: unknown): void {
    if (call.settled) return
    if (call.kind === 'write') this.#outbox.abandon(call)
    else this.#reads.abandon(call)
    this.#reject(call, reason)
  }

  /** Everything due is sent at the end of this turn of the event loop. */
  wake(): void {
    if (this.#turnPending || this.#closed) return
    this.#turnPending = true
    this.options.clock.defer(this.#turn)
  }

  /** Refuses what was not sent, tells of the rest that its outcome is unknown, and makes `call` the session's last write. */
  beginClose(call: WriteCall | null): void {
    const error = clientClosed()
    this.watches.end(error)
    this.session.renounce()
    for (const waiting of this.#outbox.withdrawWaiting()) this.#reject(waiting, error)
    for (const sent of this.#outbox.sent) this.#reject(sent, outcomeUnknown('the client was closed before the answer came', error))
    for (let open = this.#calls.first; open !== null; open = this.#calls.first) {
      if (open.kind === 'read') this.#reads.abandon(open)
      this.#reject(open, error)
    }
    if (call === null || this.session.state !== 'open') return
    this.#closing = call
    this.#outbox.add(call)
    this.wake()
  }

  /** Ends the connection and all activity. */
  stop(): void {
    if (this.#closed) return
    this.#closed = true
    this.#alarm.stop()
    this.steering.hunt.stop()
    this.#connection?.drop('the client was closed')
    this.#connection = null
    this.#closing?.resolve(undefined)
  }

  onWelcome(connection: Connection): void {
    this.steering.learn(connection)
    if (this.steering.hunt.owns(connection)) this.steering.hunt.onWelcome(connection)
    this.wake()
  }

  onMessage(connection: Connection, message: ServerMessage): void {
    if (connection !== this.#connection) return
    const now = connection.lastArrival
    switch (message.type) {
      case 'result':
        this.#onResult(connection, message, now)
        break
      case 'pong':
        this.#onPong(connection, message, now)
        break
      case 'attached':
        if (connection.requests.delete(message.requestId)) this.session.onAttached(message, now)
        break
      case 'watching':
        this.#note(message.zxid.index)
        this.watches.onWatching(message, now)
        break
      case 'events':
        this.#note(message.zxid.index)
        this.watches.onEvents(message)
        break
      case 'compacted':
        this.watches.onCompacted(connection, message)
        break
      case 'welcome':
      case 'status':
        break
    }
  }

  onFrameEnd(connection: Connection): void {
    if (connection === this.#connection) this.wake()
  }

  onClosed(connection: Connection, error: Error | null): void {
    const now = this.options.clock.now()
    if (this.steering.hunt.owns(connection)) {
      this.steering.hunt.onClosed(connection, error, now)
    } else if (connection === this.#connection) {
      this.options.logger.info({ endpoint: connection.endpoint }, `connection lost: ${error?.message ?? 'closed'}`)
      this.#connection = null
      this.steering.onLost(connection, error, now)
      this.#lost(connection)
      this.steering.steer(null, this, now)
    }
    this.wake()
  }

  get needed(): boolean {
    const { state } = this.session
    return state === 'opening' || state === 'open' || this.#reads.busy || this.#outbox.busy || this.watches.size > 0
  }

  get searching(): ReadonlySet<string> | null {
    return this.watches.searching
  }

  readonly #turn = (): void => {
    this.#turnPending = false
    if (!this.#closed) this.#run(this.options.clock.now())
  }

  #run(now: number): void {
    this.session.check(now)
    this.steering.steer(this.#connection, this, now)
    const connection = this.#connection
    if (connection !== null) {
      const wasIdle = connection.requests.size === 0
      this.session.collect(connection, now)
      this.#outbox.collect(connection, now)
      this.#reads.collect(connection, now, this.#seen)
      this.watches.collect(connection, now)
      if (wasIdle) connection.busySince = now
      connection.flush()
    }
    this.#arm(now)
  }

  #onAlarm(lateBy: number): void {
    const now = this.options.clock.now()
    this.#expireCalls(now)
    this.steering.hunt.tick(now)
    if (this.#connection !== null) this.steering.inspect(this.#connection, now, lateBy)
    this.#run(now)
  }

  #arm(now: number): void {
    const connected = this.#connection !== null
    let due = this.session.dueAt(connected)
    if (due <= now) due = Infinity
    if (connected) {
      for (const at of [this.#outbox.dueAt(), this.#reads.dueAt(), this.watches.dueAt()]) if (at > now && at < due) due = at
    }
    due = Math.min(due, this.steering.dueAt(this.#connection, now))
    const { first } = this.#calls
    if (first !== null) due = Math.min(due, first.since + this.options.requestTimeout)
    if (due !== Infinity) this.#alarm.by(due)
  }

  #expireCalls(now: number): void {
    for (let call = this.#calls.first; call !== null && call.since + this.options.requestTimeout <= now; call = this.#calls.first) {
      const waited = `within ${this.options.requestTimeout / 1000} ms`
      const cause = this.#whyNot(call)
      if (call.kind === 'read') {
        this.#reads.abandon(call)
        const away = this.#connection === null && call.consistency !== 'linearizable'
        this.#reject(call, away ? unreachable(this.steering.book.reasons()) : noQuorum(waited, cause))
      } else if (this.#outbox.abandon(call)) {
        this.#reject(call, noQuorum(waited, cause))
      } else {
        this.#reject(call, outcomeUnknown(`no answer came ${waited}`, cause))
      }
    }
  }

  #whyNot(call: Call): unknown {
    if (this.#connection === null) return unreachable(this.steering.book.reasons())
    return call.kind === 'read' ? (call.refusal ?? undefined) : undefined
  }

  #adopt(connection: Connection): void {
    const old = this.#connection
    this.#connection = connection
    if (old !== null) {
      this.#lost(old)
      old.drop('moved to another server')
    }
    const { endpoint, serverId, leader } = connection
    this.options.logger.info({ endpoint, server: serverId, leader }, 'connected')
    this.wake()
  }

  #lost(connection: Connection): void {
    this.#outbox.onConnectionLost()
    this.#reads.onConnectionLost(connection)
    this.watches.onConnectionLost()
    this.session.onConnectionLost()
  }

  #onResult(connection: Connection, message: ServerMessage & { type: 'result' }, now: number): void {
    const request = connection.requests.get(message.requestId)
    if (request === undefined) return
    connection.requests.delete(message.requestId)
    this.#note(message.zxid.index)
    if (request.kind === 'write') this.#outbox.onAnswer(request, message, now)
    else if (request.kind === 'read') this.#reads.onAnswer(request, message, now)
    else if (request.kind === 'open') this.session.onOpenAnswer(message, now)
  }

  #onPong(connection: Connection, message: ServerMessage & { type: 'pong' }, now: number): void {
    const request = connection.requests.get(message.requestId)
    if (request?.kind !== 'ping') return
    connection.requests.delete(message.requestId)
    this.session.onPong(message.outcome, request.sentAt, now)
  }

  #onSessionOpened(): void {
    this.options.logger.info({ session: this.session.id, timeoutMs: this.session.timeoutMs }, 'session opened')
    this.observer?.onSessionOpened()
  }

  #onSessionEnded(error: SynodError): void {
    this.#outbox.end(error)
    this.observer?.onSessionEnded(error)
  }

  #note(index: number): void {
    if (index > this.#seen) this.#seen = index
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
    const { waitingCallsMax } = this.options
    return new SynodError('SYNOD_BUSY', `${waitingCallsMax} ${what} are waiting already (waitingCallsMax); wait for some of them`, { retryable: true })
  }
}

function noQuorum(waited: string, cause: unknown): SynodError {
  return new SynodError('SYNOD_NO_QUORUM', `No leader with a quorum answered ${waited}; the request was not executed`, { retryable: true, cause })
}
