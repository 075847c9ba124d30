import type { Micros, SessionInfo } from '@synod/interface/protocol'

interface Deadline {
  at: Micros
  timeoutMicros: Micros
  touchCount: number
}

/** A session whose time is over, and the touch count by which that was judged. */
export interface Overdue {
  readonly id: number
  readonly touchCount: number
}

/**
 * When each session ends unless it is touched, by the established leader's own clock (protocol §2.14). Volatile: a new leader
 * starts every session at its full timeout.
 *
 * Invariants:
 * 1. A deadline is never earlier than last touch + timeout.
 * 2. A session whose expiry was proposed (`expiring`) is revived by no touch, until the proposal has been decided.
 */
export class SessionDeadlines {
  readonly #deadlines: Map<number, Deadline> = new Map()
  readonly #expiring: Set<number> = new Set()

  /** Forgets everything: the next `scan` gives every session its full time. */
  clear(): void {
    this.#deadlines.clear()
    this.#expiring.clear()
  }

  /**
   * Takes over what the state machine says: new sessions and those with a new touch count (a command of theirs was applied)
   * get their full time from `now`, sessions that are gone are forgotten. Returns the overdue ones, sorted by id.
   */
  scan(now: Micros, sessions: Iterable<SessionInfo>): readonly Overdue[] {
    const overdue: Overdue[] = []
    const seen = new Set<number>()
    for (const session of sessions) {
      seen.add(session.id)
      const timeoutMicros = session.timeoutMs * 1000
      const deadline = this.#deadlines.get(session.id)
      if (deadline === undefined) {
        this.#deadlines.set(session.id, { at: now + timeoutMicros, timeoutMicros, touchCount: session.touchCount })
      } else if (deadline.touchCount !== session.touchCount) {
        deadline.touchCount = session.touchCount
        deadline.at = now + timeoutMicros
      } else if (deadline.at <= now && !this.#expiring.has(session.id)) {
        overdue.push({ id: session.id, touchCount: session.touchCount })
      }
    }
    for (const id of Array.from(this.#deadlines.keys())) {
      if (seen.has(id)) continue
      this.#deadlines.delete(id)
      this.#expiring.delete(id)
    }
    return overdue.sort((a, b) => a.id - b.id)
  }

  knows(id: number): boolean {
    return this.#deadlines.has(id)
  }

  isExpiring(id: number): boolean {
    return this.#expiring.has(id)
  }

  /** Gives a session its full time from `now`; false when it is unknown or its expiry was proposed. */
  touch(now: Micros, id: number): boolean {
    const deadline = this.#deadlines.get(id)
    if (deadline === undefined || this.#expiring.has(id)) return false
    deadline.at = Math.max(deadline.at, now + deadline.timeoutMicros)
    return true
  }

  /** From here on no touch revives it, until `decided`. */
  expiring(id: number): void {
    this.#expiring.add(id)
  }

  /** The expiry was applied, rejected or dropped. If the session is still there it has its full time again. */
  decided(now: Micros, id: number): void {
    this.#expiring.delete(id)
    const deadline = this.#deadlines.get(id)
    if (deadline !== undefined) deadline.at = now + deadline.timeoutMicros
  }

  /** After a stall of this process: nobody could touch a session meanwhile (self-stall guard). Nor can it have more than its full time. */
  extend(now: Micros, gap: Micros): void {
    for (const deadline of this.#deadlines.values()) deadline.at = Math.min(deadline.at + gap, now + deadline.timeoutMicros)
  }

  /** The earliest deadline that is not being decided; `null` without sessions. */
  earliest(): Micros | null {
    let earliest: Micros | null = null
    for (const [id, deadline] of this.#deadlines) {
      if (this.#expiring.has(id)) continue
      if (earliest === null || deadline.at < earliest) earliest = deadline.at
    }
    return earliest
  }
}
