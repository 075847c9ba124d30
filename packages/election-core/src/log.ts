import type { ClusterConfig, Entry, EpochEnd, LogIndex, SnapshotMeta, Zxid } from '@synod/interface/protocol'

/** Rows of the epoch table that travel in messages (amendment 33). */
const tableRowsMax = 16

/** What the other side says of its log, enough to find where it parts from ours. */
export interface LogSummary {
  readonly lastZxid: Zxid
  readonly firstIndex: LogIndex
  readonly epochTable: readonly EpochEnd[]
}

/** Bytes that an entry is counted with against limits: its payload and a little for the rest. */
export function entryBytes(entry: Entry): number {
  return entry.payload.length + 24
}

/**
 * The replicated log as this server holds it in memory: everything after `base`, and the epoch table of all of it.
 *
 * Invariants:
 * 1. Indices are contiguous from `base.index + 1`; epochs never decrease along it (I4b).
 * 2. `table` has one row per epoch, ascending, and covers the log from its very beginning, compacted entries included.
 * 3. The active configuration is the newest one in the log, committed or not (protocol §2.12).
 */
export class Log {
  base: Zxid
  snapshot: SnapshotMeta | null = null
  private entries: Entry[] = []
  private table: EpochEnd[] = []
  private configs: { readonly index: LogIndex; readonly config: ClusterConfig }[]
  private readonly decodeConfig: (payload: Uint8Array) => ClusterConfig | null

  constructor(config: ClusterConfig, decodeConfig: (payload: Uint8Array) => ClusterConfig | null) {
    this.base = { epoch: 0, index: 0 }
    this.configs = [{ index: 0, config }]
    this.decodeConfig = decodeConfig
  }

  get firstIndex(): LogIndex {
    return this.base.index + 1
  }

  get lastIndex(): LogIndex {
    return this.base.index + this.entries.length
  }

  get last(): Zxid {
    const entry = this.entries.at(-1)
    return entry ? { epoch: entry.epoch, index: entry.index } : this.base
  }

  get lastTimeMs(): number {
    return this.entries.at(-1)?.timeMs ?? this.snapshot?.timeMs ?? 0
  }

  get config(): ClusterConfig {
    const newest = this.configs.at(-1)
    if (!newest) throw new Error('a log always has a configuration')
    return newest.config
  }

  get configIndex(): LogIndex {
    return this.configs.at(-1)?.index ?? 0
  }

  /** The newest rows of the epoch table, for messages. */
  epochTable(): readonly EpochEnd[] {
    return this.table.length <= tableRowsMax ? [...this.table] : this.table.slice(-tableRowsMax)
  }

  summary(): LogSummary {
    return { lastZxid: this.last, firstIndex: this.firstIndex, epochTable: this.epochTable() }
  }

  entryAt(index: LogIndex): Entry | undefined {
    return this.entries[index - this.base.index - 1]
  }

  /** Epoch of the entry at this index, -1 beyond the end. Works below the base as well: the table remembers. */
  epochAt(index: LogIndex): number {
    if (index === this.base.index) return this.base.epoch
    if (index > this.base.index) return this.entryAt(index)?.epoch ?? -1
    if (index === 0) return 0
    return this.table.find((row) => row.lastIndex >= index)?.epoch ?? -1
  }

  has(zxid: Zxid): boolean {
    return zxid.index <= this.lastIndex && this.epochAt(zxid.index) === zxid.epoch
  }

  zxidAt(index: LogIndex): Zxid {
    return { epoch: this.epochAt(index), index }
  }

  /** Entries `from` … `to`, both included; only those that are still here. */
  range(from: LogIndex, to: LogIndex): readonly Entry[] {
    return this.entries.slice(Math.max(0, from - this.base.index - 1), Math.max(0, to - this.base.index))
  }

  /** Entries from `from` on until `bytesMax` is reached; at least one if there is one. */
  window(from: LogIndex, bytesMax: number): readonly Entry[] {
    let end = from - this.base.index - 1
    const start = end
    let bytes = 0
    while (end < this.entries.length) {
      const entry = this.entries[end]
      if (!entry) break
      bytes += entryBytes(entry)
      if (bytes > bytesMax && end > start) break
      end += 1
    }
    return this.entries.slice(start, end)
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.entries.push(entry)
      const row = this.table.at(-1)
      if (row && row.epoch === entry.epoch) this.table[this.table.length - 1] = { epoch: row.epoch, lastIndex: entry.index }
      else this.table.push({ epoch: entry.epoch, lastIndex: entry.index })
      if (entry.type === 'epoch' || entry.type === 'config') {
        const config = this.decodeConfig(entry.payload)
        if (config) this.configs.push({ index: entry.index, config })
      }
    }
  }

  /** Removes everything after `keepIndex`, which must not be below the base. A removed configuration is un-applied (I13). */
  truncate(keepIndex: LogIndex): void {
    this.entries.length = Math.max(0, keepIndex - this.base.index)
    const kept: EpochEnd[] = []
    for (const row of this.table) {
      const begins = kept.at(-1)?.lastIndex ?? 0
      if (begins >= keepIndex) break
      kept.push({ epoch: row.epoch, lastIndex: Math.min(row.lastIndex, keepIndex) })
    }
    this.table = kept
    this.configs = this.configs.filter((each, position) => position === 0 || each.index <= keepIndex)
  }

  /** Forgets entries up to `index`; the snapshot stands for them. */
  compact(index: LogIndex): void {
    if (index <= this.base.index) return
    const base = this.zxidAt(index)
    this.entries = this.entries.slice(index - this.base.index)
    this.base = base
    this.configs = this.dropOldConfigs(index)
  }

  /** Replaces the log by a snapshot: the entries after it stay only when the log holds the snapshot's last zxid (protocol §2.10). */
  install(snapshot: SnapshotMeta): void {
    const keepSuffix = this.has(snapshot.zxid)
    this.snapshot = snapshot
    if (keepSuffix) {
      this.compact(snapshot.zxid.index)
      return
    }
    this.entries = []
    this.base = snapshot.zxid
    this.table = [...snapshot.epochTable]
    this.configs = [{ index: snapshot.zxid.index, config: snapshot.config }]
  }

  /** Remembers a snapshot of an own applied position. */
  noteSnapshot(snapshot: SnapshotMeta): void {
    this.snapshot = snapshot
  }

  /** Recovery only: the log begins after this position, found in the first retained record. */
  startAt(base: Zxid): void {
    this.entries = []
    this.base = base
    this.table = base.index > 0 ? [{ epoch: base.epoch, lastIndex: base.index }] : []
  }

  /** Recovery only: rows before the first retained entry come from the snapshot's table. */
  adoptTable(rows: readonly EpochEnd[], upTo: LogIndex): void {
    const merged: EpochEnd[] = rows.map((row) => ({ epoch: row.epoch, lastIndex: Math.min(row.lastIndex, upTo) }))
    for (const row of this.table) {
      if (row.lastIndex <= upTo) continue
      const at = merged.findIndex((each) => each.epoch === row.epoch)
      if (at >= 0) merged[at] = row
      else merged.push(row)
    }
    this.table = merged
  }

  /** The whole table up to an index, for a snapshot. */
  tableUpTo(index: LogIndex): readonly EpochEnd[] {
    const rows: EpochEnd[] = []
    for (const row of this.table) {
      const begins = rows.at(-1)?.lastIndex ?? 0
      if (begins >= index) break
      rows.push({ epoch: row.epoch, lastIndex: Math.min(row.lastIndex, index) })
    }
    return rows
  }

  /**
   * Last index at which the other log surely agrees with this one: the shorter end of the greatest epoch both know
   * (protocol §2.8 DIFF/TRUNC/SNAP, amendment 33). -1: cannot be told, only a snapshot helps.
   */
  commonIndex(other: LogSummary): LogIndex {
    for (let mine = this.table.length - 1; mine >= 0; mine -= 1) {
      const row = this.table[mine]
      const theirs = row && other.epochTable.find((each) => each.epoch === row.epoch)
      if (row && theirs) return Math.min(row.lastIndex, theirs.lastIndex)
    }
    return this.firstIndex === 1 && other.firstIndex === 1 ? 0 : -1
  }

  private dropOldConfigs(index: LogIndex): { readonly index: LogIndex; readonly config: ClusterConfig }[] {
    const newestBelow = this.configs.findLastIndex((each) => each.index <= index)
    return newestBelow <= 0 ? this.configs : this.configs.slice(newestBelow)
  }
}
