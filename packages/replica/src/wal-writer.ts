import type { LogStorage } from '@synod/interface'
import type { LogIndex, WalRecord } from '@synod/interface/protocol'
import { encodeRecords } from '@synod/wire'

/** What a stored batch covers. */
export interface StoredBatch {
  readonly sequence: number
  readonly lastIndex: LogIndex
  readonly bytes: number
}

/** Where the stream of a recovered store ends. */
export interface WalPosition {
  readonly lastSequence: number
  readonly chain: number
  /** Batches that the store holds, in order. */
  readonly batches: readonly StoredBatch[]
}

export interface WalWriterHost {
  readonly storage: LogStorage
  /** All records up to and including those of this step are durable. */
  onDurable(walSequence: number): void
  onFailed(error: unknown): void
}

/**
 * Appends under way: one is being synced, the next lies ready at the storage, so that the disk never waits for this thread.
 * Meanwhile the records of further steps collect and become one batch: under load batches grow, without load nothing waits.
 */
const APPENDS_MAX = 2

/** Turns the records of steps into batches of the storage: group commit (protocol §2.1, §2.2). */
export class WalWriter {
  readonly #host: WalWriterHost
  #records: WalRecord[] = []
  #walSequence = 0
  #inFlight = 0
  #chain: number
  #lastSequence: number
  #batches: StoredBatch[]
  #failed = false
  #bytes = 0

  constructor(host: WalWriterHost, position: WalPosition) {
    this.#host = host
    this.#chain = position.chain
    this.#lastSequence = position.lastSequence
    this.#batches = Array.from(position.batches)
    this.#bytes = position.batches.reduce((sum, batch) => sum + batch.bytes, 0)
  }

  /** Bytes handed to the storage since the last `restartCount`. */
  get bytesSince(): number {
    return this.#bytes
  }

  /** Sequence that the next batch will have. */
  get nextSequence(): number {
    return this.#lastSequence + 1
  }

  /** Nothing is collected and everything appended is durable. */
  get idle(): boolean {
    return this.#records.length === 0 && this.#inFlight === 0
  }

  restartCount(): void {
    this.#bytes = 0
  }

  /** Takes the records of one step. */
  add(records: readonly WalRecord[], walSequence: number): void {
    for (const record of records) this.#records.push(record)
    this.#walSequence = walSequence
  }

  /** Appends what has been collected, unless enough is under way; then it follows by itself. */
  flush(): void {
    if (this.#inFlight < APPENDS_MAX) this.#append()
  }

  /** Appends what has been collected, however much is under way: there will be no other time. */
  flushLast(): void {
    this.#append()
  }

  #append(): void {
    if (this.#records.length === 0 || this.#failed) return
    const records = this.#records
    const walSequence = this.#walSequence
    this.#records = []
    const { bytes, chain } = encodeRecords(records, this.#chain)
    this.#chain = chain
    this.#lastSequence += 1
    const { firstIndex, lastIndex } = entryRange(records)
    this.#batches.push({ sequence: this.#lastSequence, lastIndex, bytes: bytes.length })
    this.#bytes += bytes.length
    this.#inFlight += 1
    this.#host.storage.append({ sequence: this.#lastSequence, firstIndex, lastIndex, bytes }).then(
      () => {
        this.#appended(walSequence)
      },
      (error: unknown) => {
        this.#fail(error)
      },
    )
  }

  /** Nothing is appended any more. */
  close(): void {
    this.#failed = true
    this.#records = []
  }

  /** Least index whose batch still fits when at most `bytesMax` of the newest batches are kept. */
  firstIndexWithin(bytesMax: number): LogIndex {
    let bytes = 0
    for (let at = this.#batches.length - 1; at >= 0; at -= 1) {
      const batch = this.#batches[at]
      if (batch === undefined) break
      bytes += batch.bytes
      if (bytes > bytesMax) return batch.lastIndex + 1
    }
    return 1
  }

  /**
   * Forgets the oldest batches that hold only entries below `keepFrom`, up to but without `before`, the batch with the snapshot
   * base. Resolves when the storage has; an error is the storage's.
   */
  async drop(keepFrom: LogIndex, before: number): Promise<void> {
    let count = 0
    for (const batch of this.#batches) {
      if (batch.sequence >= before || batch.lastIndex >= keepFrom) break
      count += 1
    }
    const first = this.#batches[count]
    if (count === 0 || first === undefined) return
    this.#batches = this.#batches.slice(count)
    await this.#host.storage.dropBefore(first.sequence)
  }

  #appended(walSequence: number): void {
    if (this.#failed) return
    this.#inFlight -= 1
    this.#host.onDurable(walSequence)
    this.flush()
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#host.onFailed(error)
  }
}

/** Range of the entries in a batch; both 0 when there are none. */
export function entryRange(records: readonly WalRecord[]): { readonly firstIndex: LogIndex; readonly lastIndex: LogIndex } {
  let firstIndex = 0
  let lastIndex = 0
  for (const record of records) {
    if (record.kind !== 'entries') continue
    for (const entry of record.entries) {
      firstIndex = firstIndex === 0 ? entry.index : Math.min(firstIndex, entry.index)
      lastIndex = Math.max(lastIndex, entry.index)
    }
  }
  return { firstIndex, lastIndex }
}
