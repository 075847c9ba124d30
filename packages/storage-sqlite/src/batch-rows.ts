import type { LogBatch } from '@synod/interface'
import type { Database, Statement } from 'better-sqlite3'
import { rowChecksum } from './checksum.ts'

/** Rows of forgotten batches that are deleted with each transaction, so that no single one pays for a whole log. */
const garbageBatches = 16

/** The batches of a store, through one of its connections. Everything happens in the transaction of the caller. */
export class BatchRows {
  readonly #insert: Statement<[number, number, number, number, Uint8Array]>
  readonly #deleteBelow: Statement<[number]>
  /** Forgotten batches from here on may still have rows. */
  #lowest: number

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO batch VALUES (?, ?, ?, ?, ?)')
    this.#deleteBelow = db.prepare('DELETE FROM batch WHERE sequence < ?')
    this.#lowest = Number(db.prepare('SELECT coalesce(min(sequence), 0) FROM batch').pluck().get())
  }

  insert({ sequence, firstIndex, lastIndex, bytes }: LogBatch): void {
    if (this.#lowest === 0) this.#lowest = sequence
    this.#insert.run(sequence, firstIndex, lastIndex, rowChecksum([sequence, firstIndex, lastIndex], bytes), bytes)
  }

  /** Rows of batches below `firstSequence` are still there, as far as is known. */
  hasGarbage(firstSequence: number): boolean {
    return this.#lowest < firstSequence
  }

  /** Deletes a few of the batches below `firstSequence`. */
  collect(firstSequence: number): void {
    if (!this.hasGarbage(firstSequence)) return
    this.#lowest = Math.min(firstSequence, this.#lowest + garbageBatches)
    this.#deleteBelow.run(this.#lowest)
  }
}
