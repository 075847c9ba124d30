import { zxidZero } from '@synod/interface/protocol'
import type { LogIndex, TreeEvent, Zxid } from '@synod/interface/protocol'

/** What one entry changed. */
export interface HistoryRecord {
  readonly zxid: Zxid
  readonly events: readonly TreeEvent[]
}

/** In the place of a record that was dropped, until the array is cut: it must not keep what it held. */
const dropped: HistoryRecord = { zxid: zxidZero, events: [] }

const recordBytes = 96
const eventBytes = 64

/**
 * The most recent changes, for watches that resume; bounded by events and bytes. Volatile (amendment 28).
 *
 * Invariant: it holds every change after `floor`, in ascending order.
 */
export class History {
  readonly #eventsMax: number
  readonly #bytesMax: number
  #records: HistoryRecord[] = []
  #head = 0
  #events = 0
  #bytes = 0
  #floor: LogIndex = 0

  constructor(eventsMax: number, bytesMax: number) {
    this.#eventsMax = eventsMax
    this.#bytesMax = bytesMax
  }

  get floor(): LogIndex {
    return this.#floor
  }

  add(record: HistoryRecord): void {
    this.#records.push(record)
    this.#events += record.events.length
    this.#bytes += bytesOf(record)
    while (this.#events > this.#eventsMax || this.#bytes > this.#bytesMax) this.#dropFirst()
    if (this.#head < 1024 || 2 * this.#head < this.#records.length) return
    this.#records = this.#records.slice(this.#head)
    this.#head = 0
  }

  /** Forgets everything: the state was replaced by one of this index. */
  reset(floor: LogIndex): void {
    this.#records = []
    this.#head = 0
    this.#events = 0
    this.#bytes = 0
    this.#floor = floor
  }

  /** The records after this index, which must not be below the floor. */
  *after(index: LogIndex): Generator<HistoryRecord, void, undefined> {
    let low = this.#head
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#records[middle]?.zxid.index ?? 0) <= index) low = middle + 1
      else high = middle
    }
    for (const record of this.#records.slice(low)) yield record
  }

  #dropFirst(): void {
    const record = this.#records[this.#head]
    if (record === undefined) return
    this.#records[this.#head] = dropped
    this.#head += 1
    this.#events -= record.events.length
    this.#bytes -= bytesOf(record)
    this.#floor = record.zxid.index
  }
}

function bytesOf(record: HistoryRecord): number {
  let bytes = recordBytes
  for (const event of record.events) bytes += eventBytes + 2 * event.path.length
  return bytes
}
