import type { LogBatch } from '@synod/interface'
import Sqlite from 'better-sqlite3'
import type { Database, Statement } from 'better-sqlite3'
import { BatchRows } from './batch-rows.ts'
import { applyDurableSettings } from './durable-settings.ts'
import type { ResolvedSqliteStorage } from './options.ts'

/**
 * A second connection to a store that is open, in the thread of its caller: appends without a thread in between, where the disk is quick.
 * Used only while the store's own thread has nothing to do, so that the two never wait for each other.
 */
export class CallerConnection {
  readonly #db: Database
  readonly #begin: Statement<[]>
  readonly #commit: Statement<[]>
  readonly #rows: BatchRows

  constructor(path: string, options: ResolvedSqliteStorage) {
    this.#db = new Sqlite(path, { fileMustExist: true, timeout: 0 })
    try {
      applyDurableSettings(this.#db, options)
      this.#begin = this.#db.prepare('BEGIN IMMEDIATE')
      this.#commit = this.#db.prepare('COMMIT')
      this.#rows = new BatchRows(this.#db)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** Makes all of them durable in one transaction, or throws, and nothing of them is. Deletes a few batches below `firstSequence`. */
  append(batches: readonly LogBatch[], firstSequence: number): void {
    const [only] = batches
    if (only !== undefined && batches.length === 1 && !this.#rows.hasGarbage(firstSequence)) {
      // A statement alone is a transaction of its own, and two calls less.
      this.#rows.insert(only)
      return
    }
    this.#begin.run()
    try {
      for (const batch of batches) this.#rows.insert(batch)
      this.#rows.collect(firstSequence)
      this.#commit.run()
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  close(): void {
    this.#db.close()
  }

  #rollback(): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
    } catch {
      // The failure that led here is the one to report; the store takes no further write either way.
    }
  }
}
