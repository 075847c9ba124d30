import { SynodError, type Clock, type Consistency, type ReadOutcome } from '@synod/interface'
import type { LogIndex, Micros, StateMachine } from '@synod/interface/protocol'

/** What the reads need of the replica. */
export interface ReadsHost {
  readonly clock: Clock
  readonly stateMachine: StateMachine
  readonly timeoutMicros: Micros
  /** An unanswered read index is asked for again, under a new id, after this. */
  readonly retryMicros: Micros
  /** Whether a leader is known that could confirm: this server, or the one it follows. */
  reachable(): boolean
  /** Steps the core. */
  start(readId: number): void
  /** Asks for a `flush` at the end of this turn. */
  schedule(): void
}

interface Request {
  readonly minIndex: LogIndex
  readonly deadline: Micros
  readonly done: (outcome: ReadOutcome) => void
}

interface Round {
  readonly requests: readonly Request[]
  readonly confirmations: readonly ((confirmed: boolean) => void)[]
  readonly retryAt: Micros
}

/** Rounds under way: while so many are, further reads collect and share the next one. */
const ROUNDS_MAX = 2

/** A refused round is tried again after this. */
const PAUSE_MICROS = 20_000

/**
 * Reads of every consistency. All linearizable reads of a turn share one read index of the core (protocol §2.9), which a quorum
 * confirms by answers to messages sent after it was asked for; they are answered once that index is applied here.
 */
export class Reads {
  readonly #host: ReadsHost
  #fresh: Request[] = []
  #confirmations: ((confirmed: boolean) => void)[] = []
  #local: Request[] = []
  #applying: { readonly index: LogIndex; readonly request: Request }[] = []
  readonly #rounds: Map<number, Round> = new Map()
  #lastReadId = 0
  #pausedUntil: Micros = 0

  constructor(host: ReadsHost) {
    this.#host = host
  }

  get pending(): number {
    return this.#fresh.length + this.#confirmations.length + this.#local.length + this.#applying.length + this.#rounds.size
  }

  read(consistency: Consistency, minIndex: LogIndex, done: (outcome: ReadOutcome) => void): void {
    const deadline = this.#host.clock.now() + this.#host.timeoutMicros
    if (consistency === 'linearizable') this.#fresh.push({ minIndex, deadline, done })
    else this.#local.push({ minIndex: consistency === 'stale' ? 0 : minIndex, deadline, done })
    this.#host.schedule()
  }

  /** Calls back true once a quorum has confirmed this server's leadership after this call; false when it did not. */
  confirm(done: (confirmed: boolean) => void): void {
    this.#confirmations.push(done)
    this.#host.schedule()
  }

  /** Starts a round for what has been collected. Called once at the end of a turn. */
  flush(): void {
    for (const request of this.#local.splice(0)) this.#whenApplied(request.minIndex, request)
    if (this.#fresh.length === 0 && this.#confirmations.length === 0) return
    if (!this.#host.reachable()) {
      for (const done of this.#confirmations.splice(0)) done(false)
      return
    }
    const now = this.#host.clock.now()
    if (this.#rounds.size >= ROUNDS_MAX || now < this.#pausedUntil) return
    this.#lastReadId += 1
    this.#rounds.set(this.#lastReadId, {
      requests: this.#fresh.splice(0),
      confirmations: this.#confirmations.splice(0),
      retryAt: now + this.#host.retryMicros,
    })
    this.#host.start(this.#lastReadId)
  }

  /** A state that has applied `index` may answer the reads of this round. */
  ready(readId: number, index: LogIndex): void {
    const round = this.#rounds.get(readId)
    if (round === undefined) return
    this.#rounds.delete(readId)
    for (const done of round.confirmations) done(true)
    for (const request of round.requests) this.#whenApplied(Math.max(index, request.minIndex), request)
    this.#host.schedule()
  }

  /** Not confirmed: reads are tried again, confirmations have failed. */
  failed(readId: number): void {
    this.#again(readId)
    this.#pausedUntil = this.#host.clock.now() + PAUSE_MICROS
  }

  /** Rounds of a former leader are asked anew of the next one (amendment 1: never carried over). */
  onLeaderChange(): void {
    this.#pausedUntil = 0
    for (const readId of Array.from(this.#rounds.keys())) this.#again(readId)
    for (const done of this.#confirmations.splice(0)) done(false)
    if (this.#fresh.length > 0) this.#host.schedule()
  }

  /** The state machine has applied up to `index`. */
  applied(index: LogIndex): void {
    if (this.#applying.length === 0) return
    const waiting = this.#applying
    this.#applying = []
    for (const item of waiting) {
      if (item.index <= index) this.#answer(item.request)
      else this.#applying.push(item)
    }
  }

  /** Answers what has waited too long, and retries rounds that nobody answered. */
  expire(now: Micros): void {
    for (const [readId, round] of Array.from(this.#rounds)) if (round.retryAt <= now) this.#again(readId)
    this.#fresh = this.#keep(this.#fresh, now)
    const waiting = this.#applying
    this.#applying = []
    for (const item of waiting) {
      if (item.request.deadline <= now) item.request.done(timedOut())
      else this.#applying.push(item)
    }
    if (this.#fresh.length > 0 || this.#confirmations.length > 0) this.#host.schedule()
  }

  stop(error: SynodError): void {
    for (const readId of Array.from(this.#rounds.keys())) this.#again(readId)
    const open = this.#fresh.splice(0).concat(
      this.#local.splice(0),
      this.#applying.splice(0).map((item) => item.request),
    )
    for (const request of open) request.done({ ok: false, error })
    for (const done of this.#confirmations.splice(0)) done(false)
  }

  #again(readId: number): void {
    const round = this.#rounds.get(readId)
    if (round === undefined) return
    this.#rounds.delete(readId)
    this.#fresh = round.requests.concat(this.#fresh)
    for (const done of round.confirmations) done(false)
  }

  #whenApplied(index: LogIndex, request: Request): void {
    if (this.#host.stateMachine.appliedZxid.index >= index) this.#answer(request)
    else this.#applying.push({ index, request })
  }

  #answer(request: Request): void {
    request.done({ ok: true, zxid: this.#host.stateMachine.appliedZxid })
  }

  #keep(requests: readonly Request[], now: Micros): Request[] {
    const kept: Request[] = []
    for (const request of requests) {
      if (request.deadline <= now) request.done(timedOut())
      else kept.push(request)
    }
    return kept
  }
}

function timedOut(): ReadOutcome {
  const message = 'no leader confirmed the read in time, or this server is too far behind'
  return { ok: false, error: new SynodError('SYNOD_NO_QUORUM', message, { retryable: true }) }
}
