import type { LogBatch } from '@synod/interface'
import type { CallerConnection } from './caller-connection.ts'
import type { Pace } from './pace.ts'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface CallerAppendsHost {
  /** Batches below it are forgotten. */
  firstSequence(): number
  onCommitted(bytes: number): void
  onFailed(error: unknown): Error
}

/** Appends in the thread of the caller: what is asked for in one go shares a transaction, which runs when the caller has done its own work. */
export class CallerAppends {
  readonly #connection: CallerConnection
  readonly #pace: Pace
  readonly #host: CallerAppendsHost
  #batches: LogBatch[] = []
  #waiters: Waiter[] = []

  constructor(connection: CallerConnection, pace: Pace, host: CallerAppendsHost) {
    this.#connection = connection
    this.#pace = pace
    this.#host = host
  }

  /** Some wait for their transaction. */
  get collecting(): boolean {
    return this.#batches.length > 0
  }

  append(batch: LogBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#batches.length === 0) queueMicrotask(() => this.flush())
      this.#batches.push(batch)
      this.#waiters.push({ resolve, reject })
    })
  }

  /** Runs the transaction of those that wait. */
  flush(): void {
    const batches = this.#batches
    const waiters = this.#waiters
    if (batches.length === 0) return
    this.#batches = []
    this.#waiters = []
    const began = performance.now()
    try {
      this.#connection.append(batches, this.#host.firstSequence())
    } catch (error) {
      const reason = this.#host.onFailed(error)
      for (const { reject } of waiters) reject(reason)
      return
    }
    const now = performance.now()
    this.#pace.note(now - began, now)
    for (const { resolve } of waiters) resolve()
    this.#host.onCommitted(batches.reduce((sum, { bytes }) => sum + bytes.length, 0))
  }

  close(): void {
    this.flush()
    this.#connection.close()
  }
}
