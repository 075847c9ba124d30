import type { Cancel, Clock } from '@synod/interface'

/** How late a timer may run before we blame ourselves instead of the peer. */
const stallMicros = 100_000

/** Pings right after opening. The least of them is the first measure: one alone often waits for code that runs for the first time. */
const firstPings = 3

/** What `Pings` needs from the connection it watches. */
export interface PingOptions {
  readonly clock: Clock
  readonly intervalMicros: number
  readonly timeoutMicros: number
  send(payload: Uint8Array): void
  /** A round trip was measured, in microseconds. `first`: right after opening, and the least so far. */
  onRoundTrip(micros: number, first: boolean): void
  /** A ping stayed unanswered for `timeoutMicros`. */
  onUnanswered(): void
}

/**
 * Our own pings: the only way to notice a link that swallows packets without closing, because Node.js has no TCP_USER_TIMEOUT
 * (protocol §2.5). Only the answer counts, not other traffic: a link that is dead in one direction must end as well (cowsql/raft#188).
 * A deadline that is noticed late, because this process was stopped or busy, is extended once more: the answer may lie unread in
 * the socket (self-stall guard).
 */
export class Pings {
  readonly #options: PingOptions
  #count = 0
  #sentAt = 0
  #least = Number.MAX_SAFE_INTEGER
  #waiting = false
  #cancelNext: Cancel = () => {}
  #cancelDeadline: Cancel = () => {}

  constructor(options: PingOptions) {
    this.#options = options
  }

  /** Sends the first ones at once, which also measures the link. */
  start(): void {
    this.probe()
    this.#schedule()
  }

  /** Sends one now, unless one is under way. */
  probe(): void {
    if (this.#waiting) return
    const { clock, timeoutMicros } = this.#options
    this.#count += 1
    this.#waiting = true
    this.#sentAt = clock.now()
    this.#options.send(payloadOf(this.#count))
    this.#awaitAnswer(this.#sentAt + timeoutMicros)
  }

  answered(payload: Uint8Array): void {
    if (!this.#waiting || Buffer.compare(payload, payloadOf(this.#count)) !== 0) return
    this.#waiting = false
    this.#cancelDeadline()
    const micros = this.#options.clock.now() - this.#sentAt
    this.#least = Math.min(this.#least, micros)
    if (this.#count <= firstPings) this.#options.onRoundTrip(this.#least, true)
    else this.#options.onRoundTrip(micros, false)
    if (this.#count < firstPings) this.probe()
  }

  stop(): void {
    this.#waiting = false
    this.#cancelNext()
    this.#cancelDeadline()
  }

  #schedule(): void {
    const { clock, intervalMicros } = this.#options
    this.#cancelNext = clock.setTimer(clock.now() + intervalMicros, () => {
      this.probe()
      this.#schedule()
    })
  }

  #awaitAnswer(deadline: number): void {
    const { clock, timeoutMicros } = this.#options
    this.#cancelDeadline = clock.setTimer(deadline, () => {
      const now = clock.now()
      if (now - deadline > stallMicros) this.#awaitAnswer(now + timeoutMicros)
      else this.#options.onUnanswered()
    })
  }
}

function payloadOf(count: number): Uint8Array {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(count >>> 0)
  return payload
}
