/** What a commit writes to the write-ahead log beside its batches: a page that it changes in place, at times a few. */
const commitOverheadBytes = 5 * 1024
const quietMs = 20

/**
 * Decides when the write-ahead log is copied into the database file: once it has reached its bound, or, from a quarter of it on, in the
 * first quiet moment, so that no append waits for it.
 */
export class Checkpoints {
  readonly #walBytesMax: number
  readonly #run: () => void
  #bytes = 0
  #changed = false
  /** Between `start` and `stop`. */
  #asking = false
  #timer: NodeJS.Timeout | null = null

  constructor(walBytesMax: number, run: () => void) {
    this.#walBytesMax = walBytesMax
    this.#run = run
  }

  /** A crash has left this much in the write-ahead log. */
  start(walBytes: number): void {
    this.#bytes = walBytes
    this.#asking = true
    this.#lookWhenQuiet()
  }

  /** A transaction of this many bytes was committed. */
  written(bytes: number): void {
    this.#bytes += bytes + commitOverheadBytes
    this.#changed = true
    if (!this.#asking) return
    if (this.#bytes > this.#walBytesMax) this.#checkpoint()
    else this.#lookWhenQuiet()
  }

  /** Asks for none any more: the store is being closed, and none that is asked for after that would be answered. */
  stop(): void {
    this.#asking = false
    this.#forgetTimer()
  }

  #forgetTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #lookWhenQuiet(): void {
    if (this.#timer !== null || this.#bytes < this.#walBytesMax / 4) return
    this.#changed = false
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#changed) this.#lookWhenQuiet()
      else this.#checkpoint()
    }, quietMs)
    this.#timer.unref()
  }

  #checkpoint(): void {
    this.#forgetTimer()
    this.#bytes = 0
    this.#run()
  }
}
