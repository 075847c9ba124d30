import type { Lane } from '@synod/interface'
import type { Connection } from './connection.ts'
import type { Counters } from './counters.ts'

/**
 * What waits for one peer. Control frames go to the socket at once. A bulk frame is given to it only when little is buffered, so a
 * control frame waits for at most one bulk frame and a socket's buffer.
 *
 * Invariants:
 * 1. At most `bytesMax` bytes of control frames are in the socket, and at most `bytesMax` bytes of bulk frames in the queue.
 * 2. Frames of one lane keep their order.
 * 3. What exceeds a bound is dropped when it comes, and counted; what is queued is dropped only with its connection.
 */
export class Outbox {
  readonly #bytesMax: number
  readonly #frameBytesMax: number
  readonly #counters: Counters
  #bulk: Uint8Array[] = []
  #bulkBytes = 0
  /** Bytes of bulk frames that may still be in the socket's buffer. */
  #bulkInSocket = 0

  constructor(options: { bytesMax: number; frameBytesMax: number; counters: Counters }) {
    this.#bytesMax = options.bytesMax
    this.#frameBytesMax = options.frameBytesMax
    this.#counters = options.counters
  }

  send(connection: Connection, frame: Uint8Array, lane: Lane): void {
    const taken = frame.length <= this.#frameBytesMax && (lane === 'control' ? this.#control(connection, frame) : this.#queue(frame))
    if (!taken) {
      this.#counters.framesDropped += 1
      return
    }
    this.#counters.framesSent += 1
    this.#counters.bytesSent += frame.length
    if (lane === 'bulk') this.pump(connection)
  }

  /** Moves bulk frames to the socket while it has room. */
  pump(connection: Connection): void {
    let moved = 0
    for (const frame of this.#bulk) {
      const buffered = connection.bufferedBytes
      if (buffered > connection.drainBytes) break
      this.#bulkInSocket = buffered === 0 ? frame.length : this.#bulkInSocket + frame.length
      this.#bulkBytes -= frame.length
      connection.send(frame)
      moved += 1
    }
    if (moved > 0) this.#bulk.splice(0, moved)
  }

  /** The connection is gone and everything that waited for it: it would be stale on the next one. */
  clear(): void {
    this.#counters.framesDropped += this.#bulk.length
    this.#bulk = []
    this.#bulkBytes = 0
    this.#bulkInSocket = 0
  }

  #control(connection: Connection, frame: Uint8Array): boolean {
    const buffered = connection.bufferedBytes
    if (buffered === 0) this.#bulkInSocket = 0
    if (buffered - this.#bulkInSocket + frame.length > this.#bytesMax) return false
    connection.send(frame)
    return true
  }

  #queue(frame: Uint8Array): boolean {
    if (this.#bulkBytes + frame.length > this.#bytesMax) return false
    this.#bulk.push(frame)
    this.#bulkBytes += frame.length
    return true
  }
}
