import type { Clock } from '@synod/interface'

/** The real clock, for tests of adapters that are driven by one. */
export function systemClock(): Clock {
  return {
    now: () => Math.floor(performance.now() * 1000),
    wallMs: () => Date.now(),
    setTimer(at, run) {
      const timer = setTimeout(run, Math.max(0, (at - performance.now() * 1000) / 1000))
      return () => clearTimeout(timer)
    },
    defer: (run) => void setImmediate(run),
  }
}
