/**
 * Waits for something that adapters report by callbacks: `changed()` is called on every callback, and each waiter looks again.
 */
export class Eventually {
  readonly #timeoutMs: number
  readonly #waiters: Set<() => void> = new Set()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  changed(): void {
    for (const look of [...this.#waiters]) look()
  }

  /** Resolves once `holds()` is true; rejects with `what` when that takes longer than the suite's time-out. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(look)
        clearTimeout(timer)
      }
      const look = (): void => {
        if (!holds()) return
        end()
        resolve()
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`not within ${this.#timeoutMs} ms: ${what}`))
      }, this.#timeoutMs)
      this.#waiters.add(look)
      look()
    })
  }

  /** Repeats `attempt` every few milliseconds until `holds()`: for what may be lost on the way. */
  async insist(what: string, attempt: () => void, holds: () => boolean): Promise<void> {
    attempt()
    const again = setInterval(attempt, 20)
    try {
      await this.until(what, holds)
    } finally {
      clearInterval(again)
    }
  }
}

/** Lets callbacks that are already under way arrive: some turns of the event loop, no amount of time. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}
