import type { ServerMessage } from '@synod/wire'
import type { SynodError } from '@synod/interface'
import { Alarm } from './alarm.ts'
import type { Call, ReadCall, WriteCall } from './calls.ts'
import type { Connection, ConnectionHandlers } from './connection.ts'
import { publish } from './diagnostics.ts'
import { clientClosed, turnedAway } from './errors.ts'
import type { ResolvedClientOptions } from './options.ts'
import { SessionKeeper } from './session-keeper.ts'
import { Steering } from './steering.ts'
import { Watches } from './watches.ts'
import { Work } from './work.ts'

/** What `connect` waits for. */
export interface EngineObserver {
  onSessionOpened(): void
  onSessionEnded(error: SynodError): void
  /** Every server has refused this client for good. */
  onTurnedAway(error: SynodError): void
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
  readonly #work: Work
  readonly #alarm: Alarm
  #connection: Connection | null = null
  /** Highest log index seen in any answer: `session` reads are never older. */
  #seen = 0
  #turnPending = false
  #closing: WriteCall | null = null
  #closed = false

  constructor(options: ResolvedClientOptions) {
    this.options = options
    this.session = new SessionKeeper(options, {
      wake: () => this.wake(),
      onOpened: () => this.#onSessionOpened(),
      onEnded: (error) => this.#onSessionEnded(error),
    })
    this.#work = new Work(options, this.session)
    this.watches = new Watches(options, { wake: () => this.wake(), onCompacted: () => this.wake() })
    this.steering = new Steering(options, this, {
      onAdopt: (connection) => this.#adopt(connection),
      onStalled: (connection) => connection.fail(new Error('the server fell silent')),
      onRoundFailed: () => this.#onRoundFailed(),
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

  /** Takes a write of the application; opens the session if it is the first. */
  write(call: WriteCall): void {
    if (!this.#work.write(call)) return
    this.session.want()
    this.wake()
  }

  /** Takes a read of the application. */
  read(call: ReadCall): void {
    if (this.#work.read(call)) this.wake()
  }

  /** The caller waits no longer. */
  abort(call: Call, reason: unknown): void {
    this.#work.abort(call, reason)
  }

  /** Everything due is sent at the end of this turn of the event loop. */
  wake(): void {
    if (this.#turnPending || this.#closed) return
    this.#turnPending = true
    this.options.clock.defer(this.#turn)
  }

  /** Ends watches and calls, tells the session's holders, and makes `last` the session's last write. */
  beginClose(last: WriteCall | null): void {
    this.watches.end(clientClosed())
    this.session.renounce()
    this.#closing = this.session.state === 'open' ? last : null
    this.#work.close(this.#closing)
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
      const { endpoint, serverId, leader } = connection
      publish('synod:client:connection', { state: 'lost', endpoint, server: serverId, leader, reason: error?.message ?? 'closed' })
      this.#connection = null
      this.steering.onLost(connection, error, now)
      this.#lost(connection)
      this.steering.steer(null, this, now)
    }
    this.wake()
  }

  get needed(): boolean {
    const { state } = this.session
    return state === 'opening' || state === 'open' || this.#work.busy || this.watches.size > 0
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
      this.#work.collect(connection, now, this.#seen)
      this.watches.collect(connection, now)
      if (wasIdle) connection.busySince = now
      connection.flush()
    }
    this.#arm(now)
  }

  #onAlarm(lateBy: number): void {
    const now = this.options.clock.now()
    this.#work.expire(now, { connected: this.#connection !== null, reasons: this.steering.book.reasons() })
    this.steering.hunt.tick(now)
    if (this.#connection !== null) this.steering.inspect(this.#connection, now, lateBy)
    this.#run(now)
  }

  #arm(now: number): void {
    const connected = this.#connection !== null
    let due = Math.min(this.#work.expiresAt, this.steering.dueAt(this.#connection, now))
    for (const at of [this.session.dueAt(connected), connected ? this.watches.dueAt() : Infinity]) if (at > now && at < due) due = at
    if (connected) due = Math.min(due, this.#work.dueAt(now))
    if (due !== Infinity) this.#alarm.by(due)
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
    publish('synod:client:connection', { state: 'opened', endpoint, server: serverId, leader, reason: '' })
    this.wake()
  }

  #lost(connection: Connection): void {
    this.#work.onConnectionLost(connection)
    this.watches.onConnectionLost()
    this.session.onConnectionLost()
  }

  #onResult(connection: Connection, message: ServerMessage & { type: 'result' }, now: number): void {
    const request = connection.requests.get(message.requestId)
    if (request === undefined) return
    connection.requests.delete(message.requestId)
    this.#note(message.zxid.index)
    if (request.kind === 'write' || request.kind === 'read') this.#work.onAnswer(request, message, now)
    else if (request.kind === 'open') this.session.onOpenAnswer(message, now)
  }

  #onPong(connection: Connection, message: ServerMessage & { type: 'pong' }, now: number): void {
    const request = connection.requests.get(message.requestId)
    if (request?.kind !== 'ping') return
    connection.requests.delete(message.requestId)
    this.session.onPong(message.outcome, request.sentAt, now)
  }

  #onSessionOpened(): void {
    const { id, timeoutMs } = this.session
    this.options.logger.info({ session: id, timeoutMs }, 'session opened')
    publish('synod:client:session', { state: 'opened', id, timeoutMs, reason: '' })
    this.observer?.onSessionOpened()
  }

  #onSessionEnded(error: SynodError): void {
    const { id, timeoutMs } = this.session
    publish('synod:client:session', { state: 'ended', id, timeoutMs, reason: error.message })
    this.#work.onSessionEnded(error)
    this.observer?.onSessionEnded(error)
  }

  /** Calls would only wait in vain for servers that all refuse this client; the session and watches have no such limit of their own. */
  #onRoundFailed(): void {
    const { book } = this.steering
    const error = turnedAway(book.reasons(), book.size)
    if (error === null) return
    this.#work.turnAway(error)
    this.observer?.onTurnedAway(error)
  }

  #note(index: number): void {
    if (index > this.#seen) this.#seen = index
  }
}
