import Database from 'better-sqlite3'

export interface Report {
  readonly value: string
  /** Fencing token of the leadership that wrote it. */
  readonly fence: bigint
}

/**
 * The resource that the job writes to: one row in a SQLite table that all processes share. It knows nothing of Synod; what it
 * does know is the greatest fencing token that has written, because the token stands in the row.
 */
export class ReportTable {
  readonly #database: Database.Database

  constructor(file: string) {
    this.#database = new Database(file, { timeout: 5_000 })
    this.#database.pragma('journal_mode = WAL')
    this.#database.exec('CREATE TABLE IF NOT EXISTS report (name TEXT PRIMARY KEY, value TEXT NOT NULL, fence INTEGER NOT NULL) STRICT')
  }

  /** Writes unless a later leader has written; returns the rows changed: 1, or 0 when it was fenced off. */
  write(name: string, report: Report): number {
    const statement = this.#database.prepare(
      `INSERT INTO report (name, value, fence) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, fence = excluded.fence WHERE report.fence <= excluded.fence`,
    )
    return statement.run(name, report.value, report.fence).changes
  }

  /** The same without the fence. Only for the proof that it goes wrong. */
  writeUnfenced(name: string, report: Report): number {
    const statement = this.#database.prepare(
      `INSERT INTO report (name, value, fence) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, fence = excluded.fence`,
    )
    return statement.run(name, report.value, report.fence).changes
  }

  read(name: string): Report | null {
    const statement = this.#database.prepare<[string], { value: string; fence: bigint }>('SELECT value, fence FROM report WHERE name = ?')
    return statement.safeIntegers().get(name) ?? null
  }

  close(): void {
    this.#database.close()
  }
}
