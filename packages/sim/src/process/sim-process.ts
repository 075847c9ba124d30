import type { Cancel, Clock } from '@synod/interface'
import type { Micros } from '@synod/interface/protocol'
import type { RandomStream } from '../engine/random.ts'
import type { World } from '../engine/world.ts'

/** How the clock and the event loop of a process behave. */
export interface ProcessTraits {
  /** Parts per million by which its monotonic clock runs fast (negative: slow). */
  readonly rateErrorPpm: number
  /** Longest time between an arrival and the end of the turn of its event loop, microseconds. */
  readonly turnMicros: Micros
  /** Most microseconds by which a timer fires late. */
  readonly timerLateMicros: Micros
}

/**
 * The boundary of a process: production code inside, the simulated world outside. Every call into it goes through `run` and every call
 * out of it is one of the ports, which ask `isAlive` first. So a process can end between any two effects, in the middle of a turn.
 */
export class SimProcess {
  readonly name: string
  readonly world: World
  readonly random: RandomStream
  readonly clock: Clock
  /** Called with every step that was run inside. */
  onStep: () => void = () => undefined
  /** Called when a crash point was reached: the process ends there. */
  onCrashPoint: () => void = () => undefined
  /** When it was last resumed; 0: never paused. */
  resumedAt: Micros = 0
  /** It has ended, and nothing answers any more at the address that it had. */
  hasMoved = false
  readonly #traits: ProcessTraits
  readonly #startedAt: Micros
  #alive = true
  #paused = false
  /** Of the monotonic clock: how much of true time it did not count. */
  #suspended = 0
  #suspendedSince: Micros | null = null
  #wallOffset = 0
  #backlog: (() => void)[] = []
  #turnAt: Micros = 0
  #effectsLeft: number | null = null
  #stall: { effectsLeft: number; readonly micros: Micros } | null = null
  /** Effects of a step that stalls. */
  #held: (() => void)[] = []

  constructor(world: World, name: string, options: { readonly random: RandomStream; readonly traits: ProcessTraits }) {
    this.world = world
    this.name = name
    this.random = options.random
    this.#traits = options.traits
    this.#startedAt = world.now
    this.clock = {
      now: () => this.#now(),
      wallMs: () => 1_800_000_000_000 + Math.floor(world.now / 1000) + this.#wallOffset,
      setTimer: (at, run) => this.#setTimer(at, run),
      defer: (run) => {
        this.#defer(run)
      },
    }
  }

  get isAlive(): boolean {
    return this.#alive
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /**
   * An effect leaves this process: a write, a send. It does not when the process has ended, perhaps right here; and it does later when
   * the process stalls in the middle of its step.
   */
  effect(run: () => void): void {
    if (!this.#alive) return
    if (this.#effectsLeft !== null) {
      this.#effectsLeft -= 1
      if (this.#effectsLeft === 0) {
        this.#effectsLeft = null
        this.onCrashPoint()
        if (!this.isAlive) return
      }
    }
    if (this.#stall !== null) {
      this.#stall.effectsLeft -= 1
      if (this.#stall.effectsLeft === 0) this.#stop(this.#stall.micros)
    }
    if (this.#paused) this.#held.push(run)
    else run()
  }

  /** The process ends right before its `count`-th effect from now: 1 is the next write or send that it asks for. 0: it does not. */
  crashAtEffect(count: number): void {
    this.#effectsLeft = count === 0 ? null : count
  }

  /** The processor is taken away right before the `count`-th effect from now, for so long. */
  stallAtEffect(count: number, micros: Micros): void {
    this.#stall = { effectsLeft: count, micros }
  }

  /** Runs a callback of production code now; later when the process is paused, never when it has ended. */
  run(callback: () => void): void {
    if (!this.#alive) return
    if (this.#paused) {
      this.#backlog.push(callback)
      return
    }
    callback()
    this.onStep()
  }

  /** Runs a callback after so much true time. */
  post(micros: Micros, callback: () => void): Cancel {
    return this.world.scheduler.after(micros, () => {
      this.run(callback)
    })
  }

  /** As SIGSTOP: nothing runs until `resume`, then everything that came meanwhile, in order. `stopClock`: its machine is suspended. */
  pause(stopClock: boolean): void {
    if (!this.#alive || this.#paused) return
    this.#paused = true
    if (stopClock) this.#suspendedSince = this.world.now
  }

  resume(): void {
    if (!this.#paused) return
    if (this.#suspendedSince !== null) this.#suspended += this.world.now - this.#suspendedSince
    this.#suspendedSince = null
    this.#paused = false
    this.resumedAt = this.world.now
    for (const run of this.#held.splice(0)) run()
    for (const callback of this.#backlog.splice(0))
      this.world.scheduler.after(0, () => {
        this.run(callback)
      })
  }

  /** The wall clock jumps; nothing may depend on it. */
  jumpWallClock(millis: number): void {
    this.#wallOffset += millis
  }

  /** As SIGKILL: nothing runs any more, and nothing that it does takes effect. */
  kill(): void {
    this.#alive = false
    this.#backlog = []
    this.#held = []
  }

  #stop(micros: Micros): void {
    this.#stall = null
    this.world.coverage.add('stalls within a step')
    this.pause(false)
    this.world.scheduler.after(micros, () => {
      this.resume()
    })
  }

  #now(): Micros {
    const until = this.#suspendedSince ?? this.world.now
    const elapsed = until - this.#startedAt - this.#suspended
    return 1_000_000 + elapsed + Math.floor((elapsed * this.#traits.rateErrorPpm) / 1_000_000)
  }

  #setTimer(at: Micros, run: () => void): Cancel {
    let cancelled = false
    let cancel: Cancel = () => undefined
    const arm = (): void => {
      const left = Math.max(0, at - this.#now())
      const late = this.random.below(this.#traits.timerLateMicros + 1)
      cancel = this.post(left + late, () => {
        if (cancelled) return
        if (this.#now() < at) arm()
        else run()
      })
    }
    if (this.#alive) arm()
    return () => {
      cancelled = true
      cancel()
    }
  }

  #defer(run: () => void): void {
    const { now } = this.world
    if (this.#turnAt <= now) this.#turnAt = now + this.random.below(this.#traits.turnMicros + 1)
    this.world.scheduler.at(this.#turnAt, () => {
      this.run(run)
    })
  }
}
