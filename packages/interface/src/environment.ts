import type { Micros } from './protocol/index.ts'

/** Cancels what it was returned for; calling it again, or late, does nothing. */
export type Cancel = () => void

/** The only way to time in everything that the simulator runs. */
export interface Clock {
  /** Monotonic, integer microseconds. */
  now(): Micros
  /** Wall clock in integer milliseconds since 1970: for time stamps that people read, never for a decision. */
  wallMs(): number
  /** Calls `run` once, not before `now() >= at`; never synchronously. */
  setTimer(at: Micros, run: () => void): Cancel
  /** Calls `run` after everything that has already arrived in this turn of the event loop: the place to flush a batch. */
  defer(run: () => void): void
}

/** The only way to randomness. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** `length` random bytes; fit for identifiers and secrets in production. */
  bytes(length: number): Uint8Array
}

/** The shape of pino's logger; silent when none is given. */
export interface Logger {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
