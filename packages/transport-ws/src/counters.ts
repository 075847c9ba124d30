import type { TransportStats } from '@synod/interface'

/**
 * The numbers behind `stats()`. They only grow. A frame counts as sent when it is taken for sending; one that still waits when its
 * connection is lost counts as dropped as well.
 */
export class Counters {
  framesSent = 0
  framesReceived = 0
  framesDropped = 0
  bytesSent = 0
  bytesReceived = 0
  readonly #rejected = new Map<string, number>()

  /** `code` is one of ours, never a text from outside: the table is bounded. */
  rejected(code: string): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1)
  }

  stats(): TransportStats {
    const { framesSent, framesReceived, framesDropped, bytesSent, bytesReceived } = this
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)))
    return { framesSent, framesReceived, framesDropped, bytesSent, bytesReceived, rejected }
  }
}
