import type { Clock } from '@synod/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { Pings } from '../dist/pings.js'

/** A clock that stands still until the test moves it; `stallTo` jumps first and runs what is due late, as after SIGCONT. */
class ManualClock implements Clock {
  #now = 0
  #timers: { at: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  wallMs(): number {
    return 0
  }

  defer(run: () => void): void {
    run()
  }

  setTimer(at: number, run: () => void): () => void {
    const timer = { at, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  get pending(): number {
    return this.#timers.length
  }

  advanceTo(now: number): void {
    for (let next = this.#due(now); next !== undefined; next = this.#due(now)) {
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = now
  }

  stallTo(now: number): void {
    this.#now = now
    this.advanceTo(now)
  }

  #due(now: number): { at: number; run: () => void } | undefined {
    const next = this.#timers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)[0]
    this.#timers = this.#timers.filter((one) => one !== next)
    return next
  }
}

describe('pings', () => {
  let clock: ManualClock
  let pings: Pings
  let sent: Uint8Array[]
  let trips: [number, boolean][]
  let unanswered: number

  beforeEach(() => {
    clock = new ManualClock()
    sent = []
    trips = []
    unanswered = 0
    pings = new Pings({
      clock,
      intervalMicros: 1_000_000,
      timeoutMicros: 300_000,
      send: (payload) => sent.push(payload),
      onRoundTrip: (micros, first) => trips.push([micros, first]),
      onUnanswered: () => {
        unanswered += 1
      },
    })
    pings.start()
  })

  const answer = (index: number): void => pings.answered(sent[index] ?? new Uint8Array())
  const pastTheFirst = (): void => [0, 1, 2].forEach(answer)

  it('the first three are sent at once, one after the other, and the least of them counts', () => {
    for (const [index, now] of [5000, 5250, 5900].entries()) {
      expect(sent.length).toBe(index + 1)
      clock.advanceTo(now)
      answer(index)
    }
    expect([sent.length, trips]).toEqual([
      3,
      [
        [5000, true],
        [250, true],
        [250, true],
      ],
    ])
  })

  it('later ones keep to the interval', () => {
    pastTheFirst()
    clock.advanceTo(1_000_000)
    clock.advanceTo(1_000_400)
    answer(3)
    expect([sent.length, trips.at(-1)]).toEqual([4, [400, false]])
    clock.advanceTo(1_999_999)
    expect(sent.length).toBe(4)
    clock.advanceTo(2_000_000)
    expect(sent.length).toBe(5)
  })

  it('one that stays unanswered is told', () => {
    clock.advanceTo(299_999)
    expect(unanswered).toBe(0)
    clock.advanceTo(300_000)
    expect(unanswered).toBe(1)
  })

  it('the answer to another one does not count', () => {
    pastTheFirst()
    clock.advanceTo(1_000_000)
    answer(0)
    pings.answered(Uint8Array.of(1))
    clock.advanceTo(1_300_000)
    expect([trips.length, unanswered]).toEqual([3, 1])
  })

  it('a deadline that is noticed late is extended once, because the answer may lie unread', () => {
    clock.stallTo(5_000_000)
    expect(unanswered).toBe(0)
    clock.advanceTo(5_299_999)
    expect(unanswered).toBe(0)
    clock.advanceTo(5_300_000)
    expect(unanswered).toBe(1)
  })

  it('a probe is sent between intervals, unless one is under way', () => {
    pings.probe()
    expect(sent.length).toBe(1)
    pastTheFirst()
    pings.probe()
    pings.probe()
    expect(sent.length).toBe(4)
  })

  it('stop leaves no timer', () => {
    pings.stop()
    expect(clock.pending).toBe(0)
    clock.advanceTo(10_000_000)
    expect([sent.length, unanswered]).toEqual([1, 0])
  })
})
