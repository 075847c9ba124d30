import type { System } from '../systems.ts'

/** A load of many requests, measured for a time. */
export interface RateJob {
  readonly kind: 'rate'
  readonly system: System
  readonly endpoints: readonly string[]
  readonly operation: 'write' | 'read' | 'lock'
  readonly clients: number
  /** Requests that each client has on their way at any moment. */
  readonly outstanding: number
  readonly warmUpMs: number
  readonly measureMs: number
}

/** Connects to servers that are about to start, and makes the first write. */
export interface FirstWriteJob {
  readonly kind: 'first-write'
  readonly system: System
  readonly endpoints: readonly string[]
}

/** Writes one after the other until the leader has failed and writes have gone on for a while. */
export interface WriterJob {
  readonly kind: 'writer'
  readonly system: System
  readonly endpoints: readonly string[]
}

export type LoadJob = RateJob | FirstWriteJob | WriterJob

export interface RateReading {
  /** Requests per second. */
  readonly rate: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** When the first write was acknowledged, on the clock that all processes share. */
export interface FirstWriteReading {
  readonly at: number
}

export interface GapReading {
  /** Longest time between two acknowledged writes around the fault. */
  readonly gapMs: number
  /** Writes that were answered by an error, and then tried again. */
  readonly failed: number
}

/** What a job yields. */
export interface Readings {
  readonly rate: RateReading
  readonly 'first-write': FirstWriteReading
  readonly writer: GapReading
}

/** What the load process is told: its job, later that the fault happens now (time on the shared clock). */
export type ToLoad = { readonly job: LoadJob } | { readonly faultAt: number }

/** What the load process tells: that it is under way, the reading, or why there is none. */
export type FromLoad = { readonly ready: true } | { readonly reading: Readings[keyof Readings] } | { readonly failed: string }
