import { errorFromData } from './error-data.ts'
import type { ErrorData } from './error-data.ts'
import type { Question, ToThread } from './messages.ts'

interface Asked {
  readonly resolve: (value: number) => void
  readonly reject: (error: unknown) => void
}

/** What callers wait for until the thread of the server answers, or they give up. */
export class Questions {
  readonly #tell: (message: ToThread) => void
  readonly #asked: Map<number, Asked> = new Map()
  #last = 0

  constructor(tell: (message: ToThread) => void) {
    this.#tell = tell
  }

  ask(question: Question, signal: AbortSignal | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      this.#last += 1
      const id = this.#last
      const onAbort = (): void => {
        this.#asked.delete(id)
        this.#tell({ type: 'forget', id })
        reject(signal?.reason)
      }
      const settled = (): void => signal?.removeEventListener('abort', onAbort)
      this.#asked.set(id, {
        resolve: (value) => {
          settled()
          resolve(value)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#tell({ type: 'ask', id, question })
    })
  }

  answer(id: number, value: number, error: ErrorData | null): void {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    if (error === null) asked?.resolve(value)
    else asked?.reject(errorFromData(error))
  }

  /** Nobody will answer any more. */
  end(error: Error): void {
    for (const asked of this.#asked.values()) asked.reject(error)
    this.#asked.clear()
  }
}
