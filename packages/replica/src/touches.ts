import type { Clock, TouchOutcome } from '@synod/interface'
import type { Micros, NodeId, ReplicaBody, Touch, Touched } from '@synod/interface/protocol'
import { Alarm } from './alarm.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What the touches need of the replica. */
export interface TouchesHost {
  readonly clock: Clock
  readonly keeper: SessionKeeper
  readonly intervalMicros: Micros
  readonly timeoutMicros: Micros
  readonly waitingMax: number
  /** The leader that this server follows and is connected to; `null` otherwise. */
  followed(): NodeId | null
  /** `toIncarnation`: the life of the peer that is answered, and no other; 0 for what is no answer. */
  send(to: NodeId, body: ReplicaBody, toIncarnation: number): void
  /** Everything that is committed is applied: a session that is not there has ended. */
  caughtUp(): boolean
  confirm(done: (confirmed: boolean) => void): void
}

interface Waiting {
  readonly session: number
  readonly deadline: Micros
  readonly done: (outcome: TouchOutcome) => void
}

interface Outstanding {
  readonly leader: NodeId
  readonly touches: readonly Waiting[]
}

/**
 * Signs of life of sessions, on their way to the established leader: many in one message, and answered only once the leader has
 * counted them and a quorum has confirmed it by answers to messages sent after that (amendment 6). While no leader can count
 * them they wait, up to a time-out.
 */
export class Touches {
  readonly #host: TouchesHost
  readonly #alarm: Alarm
  #waiting: Waiting[] = []
  readonly #outstanding: Map<number, Outstanding> = new Map()
  #lastId = 0
  #nextFlush: Micros = 0

  constructor(host: TouchesHost) {
    this.#host = host
    this.#alarm = new Alarm(host.clock, () => {
      this.#onAlarm()
    })
  }

  /** Touches a session on behalf of a client of this server. */
  touch(session: number, done: (outcome: TouchOutcome) => void): void {
    if (this.#waiting.length >= this.#host.waitingMax) {
      this.#host.clock.defer(() => {
        done('unavailable')
      })
      return
    }
    const now = this.#host.clock.now()
    this.#waiting.push({ session, deadline: now + this.#host.timeoutMicros, done })
    this.#alarm.setEarliest(Math.max(now, this.#nextFlush))
  }

  /** At the leader: counts the touches of a peer's clients at once, answers when confirmed. */
  onTouch(from: NodeId, incarnation: number, message: Touch): void {
    const answer = (refused: boolean, expiring: readonly number[]): void => {
      this.#host.send(from, { type: 'touched', touchId: message.touchId, refused, expiring }, incarnation)
    }
    if (!this.#host.keeper.active) {
      answer(true, [])
      return
    }
    this.#host.keeper.touch(message.sessions)
    this.#host.confirm((confirmed) => {
      if (!this.#mayAnswer(confirmed)) answer(true, [])
      else answer(false, this.#host.keeper.expiringOf(message.sessions))
    })
  }

  /** At the follower: the leader's answer. */
  onTouched(from: NodeId, message: Touched): void {
    const outstanding = this.#outstanding.get(message.touchId)
    if (outstanding === undefined || outstanding.leader !== from) return
    this.#outstanding.delete(message.touchId)
    if (message.refused) this.#again(outstanding.touches)
    else settle(outstanding.touches, message.expiring)
  }

  /** The leader changed, or its connection closed: what was sent to it goes to the next one. */
  onLeaderChange(): void {
    for (const [id, outstanding] of Array.from(this.#outstanding)) {
      this.#outstanding.delete(id)
      this.#again(outstanding.touches)
    }
    if (this.#waiting.length > 0) this.#alarm.setEarliest(this.#host.clock.now())
  }

  stop(): void {
    this.#alarm.stop()
    const open = this.#waiting.concat(...Array.from(this.#outstanding.values(), (outstanding) => outstanding.touches))
    this.#waiting = []
    this.#outstanding.clear()
    for (const touch of open) touch.done('unavailable')
  }

  #again(touches: readonly Waiting[]): void {
    this.#waiting = touches.concat(this.#waiting)
    this.#alarm.setEarliest(this.#host.clock.now() + this.#host.intervalMicros)
  }

  #onAlarm(): void {
    const now = this.#host.clock.now()
    this.#nextFlush = now + this.#host.intervalMicros
    this.#expire(now)
    this.#flush()
    const pending = this.#waiting.length > 0 || this.#outstanding.size > 0
    if (pending) this.#alarm.setEarliest(now + Math.max(this.#host.intervalMicros, 50_000))
  }

  #flush(): void {
    if (this.#waiting.length === 0) return
    const leader = this.#host.followed()
    if (this.#host.keeper.active) {
      const touches = this.#take()
      const sessions = distinct(touches)
      this.#host.keeper.touch(sessions)
      this.#host.confirm((confirmed) => {
        if (!this.#mayAnswer(confirmed)) this.#again(touches)
        else settle(touches, this.#host.keeper.expiringOf(sessions))
      })
    } else if (leader !== null) {
      const touches = this.#take()
      this.#lastId += 1
      this.#outstanding.set(this.#lastId, { leader, touches })
      this.#host.send(leader, { type: 'touch', touchId: this.#lastId, sessions: distinct(touches) }, 0)
    }
  }

  #mayAnswer(confirmed: boolean): boolean {
    return confirmed && this.#host.keeper.active && this.#host.caughtUp()
  }

  #take(): readonly Waiting[] {
    const touches = this.#waiting
    this.#waiting = []
    return touches
  }

  #expire(now: Micros): void {
    const late = this.#waiting.filter((touch) => touch.deadline <= now)
    if (late.length > 0) this.#waiting = this.#waiting.filter((touch) => touch.deadline > now)
    for (const [id, outstanding] of Array.from(this.#outstanding)) {
      if (outstanding.touches.some((touch) => touch.deadline > now)) continue
      this.#outstanding.delete(id)
      late.push(...outstanding.touches)
    }
    for (const touch of late) touch.done('unavailable')
  }
}

function distinct(touches: readonly Waiting[]): readonly number[] {
  return Array.from(new Set(touches.map((touch) => touch.session))).sort((a, b) => a - b)
}

function settle(touches: readonly Waiting[], expiring: readonly number[]): void {
  const gone = new Set(expiring)
  for (const touch of touches) touch.done(gone.has(touch.session) ? 'expired' : 'ok')
}
