import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '@synod/interface'

/**
 * Wall clock and monotonic clock drifting apart by more than this in one look: the machine was suspended, or its time was set. Less than
 * half of the least margin by which a client gives its session up before the servers do (200 ms).
 */
const suspendedMs = 90

/**
 * The clock of this process. Monotonic; counts the time a machine was suspended, which `performance.now()` on Linux does not,
 * so that a session is known to be over when it wakes up. (Setting the wall clock forward looks the same, and errs to the safe side.)
 */
export function createSystemClock(): Clock {
  let extraMs = 0
  let drift = Date.now() - performance.now()
  const nowMs = (): number => {
    const monotonic = performance.now()
    const seen = Date.now() - monotonic
    if (seen - drift > suspendedMs) extraMs += seen - drift
    drift = seen
    return monotonic + extraMs
  }
  const now = (): number => Math.floor(nowMs() * 1000)
  const setTimer: Clock['setTimer'] = (at, run) => {
    const timeout = (): NodeJS.Timeout => setTimeout(onTimeout, Math.min(Math.max(Math.ceil((at - now()) / 1000), 0), 0x7fff_ffff))
    const onTimeout = (): void => {
      if (now() < at) timer = timeout()
      else run()
    }
    let timer = timeout()
    return () => clearTimeout(timer)
  }
  return { now, wallMs: () => Date.now(), setTimer, defer: (run) => void setImmediate(run) }
}

/** Randomness of the operating system for bytes; for jitter, the runtime's. */
export function createSystemRandom(): Random {
  return { next: () => Math.random(), bytes: (length) => new Uint8Array(randomBytes(length)) }
}
