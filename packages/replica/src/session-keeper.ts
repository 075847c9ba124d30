import type { Clock, Logger, SubmitOutcome } from '@synod/interface'
import type { Micros, StateMachine } from '@synod/interface/protocol'
import { Alarm } from './alarm.ts'
import { SessionDeadlines, type Overdue } from './session-deadlines.ts'

/** What the keeper needs of the replica. */
export interface SessionKeeperHost {
  readonly clock: Clock
  readonly logger: Logger
  readonly stateMachine: StateMachine
  readonly stallMicros: Micros
  /** Calls back true once a quorum has confirmed this leader by answers to messages sent after this call (amendment 1). */
  confirm(done: (confirmed: boolean) => void): void
  /** Puts a command of the housekeeping into the log; calls back when it is applied or surely never will be, or with the leadership gone. */
  propose(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void
}

/** How often the state machine's sessions are looked at, at least: commands count as touches no later than this. */
const SCAN_MICROS = 250_000

/**
 * Ends sessions whose clients are gone: only on the established leader, only by its own clock, only by a command in the log
 * (protocol §2.14, amendments 6 and 7).
 *
 * To ensure correctness: an expiry is proposed only after a quorum has confirmed the leadership by answers to messages sent after
 * the session was found overdue, and only if it is still overdue then; a stall of the process moves every deadline by at least its length,
 * or to the full time from its end.
 */
export class SessionKeeper {
  readonly #host: SessionKeeperHost
  readonly #deadlines: SessionDeadlines = new SessionDeadlines()
  readonly #alarm: Alarm
  #active = false
  /** Grows with every start and stop: what was proposed before is not ours to decide. */
  #life = 0
  /** Grows with every start, stop and stall: confirmations asked for before do not count. */
  #term = 0
  #confirming = false
  /** A stall began after this. */
  #lookedAt: Micros = 0

  constructor(host: SessionKeeperHost) {
    this.#host = host
    this.#alarm = new Alarm(host.clock, (askedAt) => {
      this.#onAlarm(askedAt)
    })
  }

  get active(): boolean {
    return this.#active
  }

  /** On `established`; a re-epoch of the same life must not call it (amendment 29): it starts every session at its full time. */
  start(): void {
    this.#active = true
    this.#life += 1
    this.#term += 1
    this.#confirming = false
    this.#deadlines.clear()
    this.#look()
  }

  /** On losing the leadership, and at the end. */
  stop(): void {
    this.#active = false
    this.#life += 1
    this.#term += 1
    this.#alarm.stop()
    this.#deadlines.clear()
  }

  /** Counts touches as of now. Whether they may be answered is decided by `expiringOf` after a confirmation. */
  touch(ids: readonly number[]): void {
    const now = this.#host.clock.now()
    if (ids.some((id) => !this.#deadlines.knows(id))) this.#deadlines.scan(now, this.#host.stateMachine.sessions())
    for (const id of ids) this.#deadlines.touch(now, id)
  }

  /** Those of `ids` that a touch did not revive: their expiry is proposed, or they are not there any more. */
  expiringOf(ids: readonly number[]): readonly number[] {
    return ids.filter((id) => this.#deadlines.isExpiring(id) || !this.#deadlines.knows(id))
  }

  #onAlarm(askedAt: Micros): void {
    if (!this.#active) return
    const now = this.#host.clock.now()
    if (now - askedAt > this.#host.stallMicros) {
      const gap = now - this.#lookedAt
      this.#deadlines.extend(now, gap)
      this.#term += 1
      this.#confirming = false
      this.#host.logger.warn({ gapMicros: gap }, 'this process stalled: all sessions get that much more time')
    }
    this.#look()
  }

  #look(): void {
    const now = this.#host.clock.now()
    this.#lookedAt = now
    const overdue = this.#deadlines.scan(now, this.#host.stateMachine.sessions())
    const timely = this.#host.stateMachine.due(this.#host.clock.wallMs())
    if ((overdue.length > 0 || timely.length > 0) && !this.#confirming) this.#confirm()
    const earliest = this.#deadlines.earliest()
    const next = now + SCAN_MICROS
    this.#alarm.set(earliest !== null && earliest > now ? Math.min(earliest, next) : next)
  }

  #confirm(): void {
    const term = this.#term
    this.#confirming = true
    this.#host.confirm((confirmed) => {
      if (term !== this.#term) return
      this.#confirming = false
      if (!confirmed || !this.#active) return
      for (const session of this.#deadlines.scan(this.#host.clock.now(), this.#host.stateMachine.sessions())) this.#expire(session)
      for (const command of this.#host.stateMachine.due(this.#host.clock.wallMs())) this.#host.propose(command, () => undefined)
    })
  }

  #expire(session: Overdue): void {
    const life = this.#life
    this.#deadlines.expiring(session.id)
    this.#host.logger.info({ session: session.id }, 'session expires')
    this.#host.propose(this.#host.stateMachine.expireSession(session.id, session.touchCount), () => {
      if (life !== this.#life) return
      const now = this.#host.clock.now()
      this.#deadlines.scan(now, this.#host.stateMachine.sessions())
      this.#deadlines.decided(now, session.id)
    })
  }
}
