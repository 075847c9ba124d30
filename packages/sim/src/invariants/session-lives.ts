import type { Entry, LogIndex, Micros } from '@synod/interface/protocol'
import { decodeCommandEnvelope } from '@synod/wire'
import type { InvariantContext, ObservedServer } from './invariant.ts'

/** Clocks of leaders run at most 1 % fast, and count in whole microseconds. */
const shareOfTimeout = 0.985
/** From the end of its time to the entry that ends it, while one leader is established and everybody is connected. */
const lateMicros: Micros = 2_000_000
/** The same while there are faults: what a client has sent before it went may come seconds later, and disks are slow. */
const lateInFaultsMicros: Micros = 10_000_000
/** How long a frame may be under way, where frames are lost, and where they are not. */
const lateFrameMicros: Micros = 5_000_000
const nearFrameMicros: Micros = 300_000
/** Sessions that should be gone are looked for this often. */
const lookMicros: Micros = 500_000

interface Leader {
  readonly server: ObservedServer
  readonly lives: number
  readonly epoch: number
  since: Micros
}

/** What is known of each session in true time: who had it, when it was heard of, and whether it outlives its client. */
export class SessionLives {
  readonly #context: InvariantContext
  readonly #timeouts: Map<number, Micros> = new Map()
  /** By it a session also lives longer that is asked for a second time. */
  readonly #touches: Map<number, number> = new Map()
  /** When its newest command was first applied. */
  readonly #commanded: Map<number, Micros> = new Map()
  /** When a client was last seen that has it, running or paused. */
  readonly #owned: Map<number, Micros> = new Map()
  readonly #givenUp: Set<number> = new Set()
  readonly #holding: Map<string, number> = new Map()
  /** When a server may have heard of it last, having stood still. */
  readonly #heldBack: Map<number, Micros> = new Map()
  #lookedForGhostsAt: Micros = 0
  #leader: Leader | null = null

  constructor(context: InvariantContext) {
    this.#context = context
  }

  /** Who holds what at this moment. */
  look(): void {
    const now = this.#context.now()
    for (const { name, sessionId, held } of this.#context.clients()) {
      if (sessionId === 0) continue
      this.#owned.set(sessionId, now)
      const holding = this.#holding.get(name)
      if (held && this.#givenUp.has(sessionId))
        this.#context.fail(`${name} holds session ${sessionId} valid again after it had given it up`)
      if (held) this.#holding.set(name, sessionId)
      else if (holding === sessionId) this.#givenUp.add(sessionId)
    }
  }

  /** `open` before it; a session that is gone now has been ended by it. */
  applied({ state }: ObservedServer, { index, payload }: Entry, open: ReadonlySet<number>): void {
    const now = this.#context.now()
    const present = new Set<number>()
    for (const { id, timeoutMs, touchCount } of state?.sessions() ?? []) {
      present.add(id)
      if (this.#touches.get(id) !== touchCount) this.#commanded.set(id, now)
      this.#touches.set(id, touchCount)
      if (this.#timeouts.has(id)) continue
      this.#timeouts.set(id, timeoutMs * 1000)
      this.#owned.set(id, now)
    }
    const envelope = decodeCommandEnvelope(payload)
    const sessionId = envelope.ok ? envelope.value.sessionId : 0
    for (const id of open) if (!present.has(id) && id !== sessionId) this.#expired(id, index)
    if (present.has(sessionId)) this.#commanded.set(sessionId, now)
  }

  onStep(server: ObservedServer): void {
    const view = server.core?.view
    if (view?.role !== 'leading' || view.strength !== 'established') {
      if (this.#leader?.server === server) this.#leader = null
    } else if (this.#leader === null || view.leaderEpoch > this.#leader.epoch) {
      // A renewal in place begins no deadline anew (amendment 29).
      const since = this.#leader?.server === server && this.#leader.lives === server.lives ? this.#leader.since : this.#context.now()
      this.#leader = { server, lives: server.lives, epoch: view.leaderEpoch, since }
    }
    if (this.#leader?.server === server) this.#lookForGhosts(this.#leader)
  }

  #lookForGhosts(leader: Leader): void {
    const now = this.#context.now()
    const sinceLook = now - this.#lookedForGhostsAt
    if (sinceLook < lookMicros) return
    this.#lookedForGhostsAt = now
    // It has stood still for long: whatever came meanwhile counts only now, and every session got that much more time.
    if (sinceLook > 2 * lookMicros) leader.since = now
    this.look()
    this.#checkGhosts(leader, lateInFaultsMicros)
  }

  /** In peace. Tells how many sessions of clients that are gone may still last. */
  lastLook(): number {
    this.look()
    if (this.#leader === null) return 0
    this.#leader.since = Math.max(this.#leader.since, this.#leader.server.resumedAt)
    return this.#checkGhosts(this.#leader, lateMicros)
  }

  /** Sessions of clients that are gone, under a leader that has been there for longer than they could last. */
  #checkGhosts({ server, since }: Leader, late: Micros): number {
    let lasting = 0
    for (const { id } of server.state?.sessions() ?? []) {
      const silent = this.#context.now() - Math.max(since, this.#lastSign(id))
      const most = (this.#timeouts.get(id) ?? 0) * (2 - shareOfTimeout) + late
      if (silent > most) this.#context.fail(`session ${id} lives on: nobody has had it for ${silent} µs`)
      lasting += 1
    }
    return lasting
  }

  /** When a sign of life of its client can have reached a leader last: a server that stood still then has held it back. */
  #lastSign(id: number): Micros {
    const now = this.#context.now()
    const onItsWay = lookMicros + (this.#context.traits.network.lossy ? lateFrameMicros : nearFrameMicros)
    let last = Math.max(this.#owned.get(id) ?? 0, this.#commanded.get(id) ?? 0, this.#heldBack.get(id) ?? 0)
    for (const { isPaused, resumedAt } of this.#context.servers) {
      const goesOn = isPaused ? now : resumedAt
      if (goesOn > last && goesOn - last <= onItsWay) last = goesOn
    }
    this.#heldBack.set(id, last)
    return last
  }

  #expired(id: number, index: LogIndex): void {
    const lasted = this.#context.now() - (this.#commanded.get(id) ?? 0)
    const least = (this.#timeouts.get(id) ?? 0) * shareOfTimeout
    this.#context.count('sessions expired')
    if (lasted < least)
      this.#context.fail(
        `entry ${index} expires session ${id} ${lasted} µs after its last command was applied; its timeout is ${this.#timeouts.get(id)} µs`,
      )
  }
}
