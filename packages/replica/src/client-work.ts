import type { Consistency, ReadOutcome, SubmitOutcome, SynodError, TouchOutcome } from '@synod/interface'
import type { Entry, LogIndex, NodeId, ReplicaBody } from '@synod/interface/protocol'
import type { CoreEvent, Notice } from '@synod/election-core'
import { Alarm } from './alarm.ts'
import { EntryWaiters } from './entry-waiters.ts'
import { compareLeadership, noLeadership, type Leadership } from './leadership.ts'
import type { ResolvedOptions } from './options.ts'
import { Reads } from './reads.ts'
import { SessionKeeper } from './session-keeper.ts'
import { Submissions } from './submissions.ts'
import { Touches } from './touches.ts'

/** What waits is looked at this often. */
const SWEEP_MICROS = 20_000

/** Once the leader is gone its successor has decided within this; what is still open then is unknown. */
const ORPHAN_MICROS = 1_000_000

export interface ClientWorkHost {
  readonly options: ResolvedOptions
  isConnected(peer: NodeId): boolean
  dispatch(event: CoreEvent): void
  send(to: NodeId, body: ReplicaBody, toIncarnation: number): void
  /** Everything that is committed is applied. */
  caughtUp(): boolean
  /** Asks for `turnEnd`. */
  schedule(): void
}

/** Everything that a replica does for clients: commands, reads, sessions. It follows who leads, and decides nothing about it. */
export class ClientWork {
  readonly #host: ClientWorkHost
  readonly #waiters: EntryWaiters = new EntryWaiters()
  readonly #submissions: Submissions
  readonly #reads: Reads
  readonly #keeper: SessionKeeper
  readonly #touches: Touches
  readonly #sweep: Alarm
  #leadership: Leadership = noLeadership

  constructor(host: ClientWorkHost) {
    this.#host = host
    this.#submissions = this.#makeSubmissions()
    this.#reads = this.#makeReads()
    this.#keeper = this.#makeKeeper()
    this.#touches = this.#makeTouches()
    this.#sweep = new Alarm(host.options.clock, () => {
      this.#onSweep()
    })
  }

  /** Commands without an outcome. */
  get pendingCommands(): number {
    return this.#submissions.pending
  }

  submit(command: Uint8Array, done: (outcome: SubmitOutcome) => void): void {
    this.#submissions.submit(command, done)
  }

  read(consistency: Consistency, minIndex: LogIndex, done: (outcome: ReadOutcome) => void): void {
    this.#reads.read(consistency, minIndex, done)
  }

  touch(sessionId: number, done: (outcome: TouchOutcome) => void): void {
    this.#touches.touch(sessionId, done)
  }

  /** A message of a peer's replica. */
  onBody(from: NodeId, incarnation: number, body: Exclude<ReplicaBody, { type: 'announce' }>): void {
    switch (body.type) {
      case 'forward':
        this.#submissions.onForward(from, incarnation, body)
        break
      case 'forwarded':
        this.#submissions.onForwarded(from, body)
        break
      case 'touch':
        this.#touches.onTouch(from, incarnation, body)
        break
      case 'touched':
        this.#touches.onTouched(from, body)
    }
  }

  /** The core's answer to a proposal or a read. */
  onNotice(notice: Extract<Notice, { kind: 'proposed' | 'refused' | 'readReady' | 'readFailed' }>): void {
    switch (notice.kind) {
      case 'proposed':
        this.#submissions.proposed(notice.proposalId, notice.epoch, notice.firstIndex)
        break
      case 'refused':
        this.#submissions.refused(notice.proposalId, notice.code)
        break
      case 'readReady':
        this.#reads.ready(notice.readId, notice.index)
        break
      case 'readFailed':
        this.#reads.failed(notice.readId)
    }
  }

  onLeadership(after: Leadership): void {
    const before = this.#leadership
    const change = compareLeadership(before, after)
    this.#leadership = after
    if (change.lost) this.#keeper.stop()
    if (before.leader !== null && before.leader !== after.leader) this.#waiters.shorten(this.#host.options.clock.now() + ORPHAN_MICROS)
    if (after.role === 'leading' && after.strength === 'established' && !this.#keeper.active) this.#keeper.start()
    if (!change.leader && !change.role) return
    this.#submissions.onLeaderChange(after.leader)
    this.#reads.onLeaderChange()
    this.#touches.onLeaderChange()
  }

  onClosed(peer: NodeId): void {
    this.#submissions.onClosed(peer)
    if (peer === this.#leadership.leader) this.#touches.onLeaderChange()
  }

  onEntry(entry: Entry, result: Uint8Array): void {
    this.#waiters.applied(entry, result)
  }

  onApplied(index: LogIndex): void {
    this.#reads.applied(index)
  }

  /** The state was replaced by a snapshot up to `index`. */
  onInstalled(index: LogIndex): void {
    this.#waiters.covered(index)
    this.#reads.applied(index)
  }

  /** Sends on what this turn has collected. */
  turnEnd(): void {
    this.#submissions.flush()
    this.#reads.flush()
    if (this.#submissions.pending + this.#reads.pending > 0) {
      this.#sweep.setEarliest(this.#host.options.clock.now() + SWEEP_MICROS)
    }
  }

  /** Takes no more commands; those under way go on. */
  close(error: SynodError): void {
    this.#submissions.close(error)
  }

  /** Answers everybody: what was not sent yet with `error`. */
  stop(error: SynodError): void {
    this.#sweep.stop()
    this.#keeper.stop()
    this.#submissions.stop(error)
    this.#waiters.failAll(error.message)
    this.#reads.stop(error)
    this.#touches.stop()
  }

  #onSweep(): void {
    const now = this.#host.options.clock.now()
    this.#submissions.expire(now)
    this.#waiters.expire(now)
    this.#reads.expire(now)
    this.#host.schedule()
  }

  #followed(): NodeId | null {
    const { role, leader } = this.#leadership
    return role === 'following' && leader !== null && this.#host.isConnected(leader) ? leader : null
  }

  #makeSubmissions(): Submissions {
    const { clock, stateMachine, submitTimeoutMs, submitQueueMax, commandBytesMax, chunkBytesMax, suspicionTimeoutMinMs } =
      this.#host.options
    return new Submissions({
      clock,
      waiters: this.#waiters,
      timeoutMicros: submitTimeoutMs * 1000,
      answerMicros: Math.min(submitTimeoutMs, 4 * suspicionTimeoutMinMs) * 1000,
      queueMax: submitQueueMax,
      commandBytesMax,
      forwardBytesMax: chunkBytesMax,
      leading: () => this.#leadership.role === 'leading',
      followed: () => this.#followed(),
      appliedIndex: () => stateMachine.appliedZxid.index,
      send: (to, body, toIncarnation) => {
        this.#host.send(to, body, toIncarnation)
      },
      propose: (proposalId, content) => {
        this.#host.dispatch({ type: 'propose', proposalId, ...content, timeMs: clock.wallMs() })
      },
      schedule: () => {
        this.#host.schedule()
      },
    })
  }

  #makeReads(): Reads {
    const { clock, stateMachine, readTimeoutMs, suspicionTimeoutMinMs } = this.#host.options
    return new Reads({
      clock,
      stateMachine,
      timeoutMicros: readTimeoutMs * 1000,
      retryMicros: 2 * suspicionTimeoutMinMs * 1000,
      reachable: () => this.#leadership.role === 'leading' || this.#followed() !== null,
      start: (readId) => {
        this.#host.dispatch({ type: 'read', readId })
      },
      schedule: () => {
        this.#host.schedule()
      },
    })
  }

  #makeKeeper(): SessionKeeper {
    const { clock, logger, stateMachine, heartbeatIntervalMs } = this.#host.options
    return new SessionKeeper({
      clock,
      logger,
      stateMachine,
      stallMicros: 3 * heartbeatIntervalMs * 1000,
      confirm: (done) => {
        this.#reads.confirm(done)
      },
      propose: (command, done) => {
        this.#submissions.submitOwn(command, done)
      },
    })
  }

  #makeTouches(): Touches {
    const { clock, touchIntervalMs, readTimeoutMs, submitQueueMax } = this.#host.options
    return new Touches({
      clock,
      keeper: this.#keeper,
      intervalMicros: touchIntervalMs * 1000,
      timeoutMicros: readTimeoutMs * 1000,
      waitingMax: submitQueueMax,
      followed: () => this.#followed(),
      send: (to, body, toIncarnation) => {
        this.#host.send(to, body, toIncarnation)
      },
      caughtUp: () => this.#host.caughtUp(),
      confirm: (done) => {
        this.#reads.confirm(done)
      },
    })
  }
}
