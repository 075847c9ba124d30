import { connect } from '@synod/client'
import type { ConnectOptions } from '@synod/client'
import type { CoordinationClient } from '@synod/interface/coordination'
import type { Recording } from '../recording.ts'

/** One session of a client that goes on after it. */
export interface Life {
  readonly client: CoordinationClient
  /** Counts the sessions of the whole run. */
  readonly session: number
}

/** A client that connects anew when its session is lost, as an application would. */
export class Lives {
  readonly name: string
  readonly #options: ConnectOptions
  readonly #recording: Recording
  readonly #endings: Promise<void>[] = []
  readonly #over = new AbortController()
  #life: Life | null = null
  #connecting: Promise<Life> | null = null

  constructor(name: string, options: ConnectOptions, recording: Recording) {
    this.name = name
    this.#options = options
    this.#recording = recording
  }

  /** The session of now; a new one when the last is over. Waits as long as it takes; rejects with the reason of `signal`. */
  async current(signal: AbortSignal): Promise<Life> {
    signal.throwIfAborted()
    const life = this.#life
    if (life !== null && !life.client.session.signal.aborted) return life
    if (life !== null) {
      this.#life = null
      this.#endings.push(life.client.close())
    }
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null))
    return await unlessAborted(this.#connecting, signal)
  }

  async close(): Promise<void> {
    this.#over.abort()
    await this.#connecting?.catch(() => {})
    await this.#life?.client.close()
    await Promise.all(this.#endings)
  }

  /** For all who wait, some of whom may have to go before the others. */
  async #connect(): Promise<Life> {
    const { signal } = this.#over
    for (;;) {
      signal.throwIfAborted()
      try {
        const client = await connect({ ...this.#options, connectTimeoutMs: 2_000, signal })
        this.#recording.sessions += 1
        this.#life = { client, session: this.#recording.sessions }
        return this.#life
      } catch {
        // The cluster is not well at the moment: that is what this is about.
      }
    }
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
