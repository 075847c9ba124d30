import type { ClusterConfig, Entry, Epoch, LogIndex, SnapshotMeta, WalRecord, Zxid } from '@synod/interface/protocol'

/** What the records on a disk say, read by nobody but the oracle: independent of what the server believes. */
export class DiskView {
  incarnation = 0
  clusterId = ''
  config: ClusterConfig | null = null
  promisedEpoch: Epoch = 0
  promisedTo = 0
  promisedIncarnation = 0
  /** The log begins after this. */
  base: Zxid = { epoch: 0, index: 0 }
  last: Zxid = { epoch: 0, index: 0 }
  snapshot: SnapshotMeta | null = null
  readonly entries: Map<LogIndex, Entry> = new Map()

  get isBlank(): boolean {
    return this.incarnation === 0
  }

  /** Epoch of the entry at `index`, or of the base; -1 when the disk does not tell. */
  epochAt(index: LogIndex): Epoch {
    if (index === this.base.index) return this.base.epoch
    return this.entries.get(index)?.epoch ?? -1
  }

  /** Has this entry, or a snapshot that covers it. */
  covers(zxid: Zxid): boolean {
    return zxid.index <= this.base.index || this.epochAt(zxid.index) === zxid.epoch
  }

  apply(record: WalRecord): void {
    switch (record.kind) {
      case 'meta':
        this.incarnation = record.incarnation
        this.clusterId = record.clusterId
        this.config ??= record.config
        break
      case 'promise':
        if (record.epoch < this.promisedEpoch) break
        this.promisedEpoch = record.epoch
        this.promisedTo = record.candidate
        this.promisedIncarnation = record.candidateIncarnation
        break
      case 'entries':
        if (this.last.index === 0) this.#begin(record.prev)
        this.#append(record.entries)
        break
      case 'truncate':
        this.#truncate(record.keepIndex)
        break
      case 'snapbase':
        this.#rebase(record.snapshot)
        break
      case 'commithint':
      case 'seal':
    }
  }

  /** The batches before the first entries may be dropped already; the snapshot base that says so follows. */
  #begin(prev: Zxid): void {
    this.base = prev
    this.last = prev
  }

  #append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index <= this.last.index) this.#truncate(entry.index - 1)
      this.entries.set(entry.index, entry)
      this.last = { epoch: entry.epoch, index: entry.index }
    }
  }

  #truncate(keepIndex: LogIndex): void {
    for (let index = keepIndex + 1; index <= this.last.index; index += 1) this.entries.delete(index)
    if (keepIndex < this.last.index) this.last = { epoch: this.epochAt(keepIndex), index: keepIndex }
  }

  #rebase(snapshot: SnapshotMeta): void {
    const { epoch, index } = snapshot.zxid
    if (this.epochAt(index) !== epoch) {
      this.entries.clear()
      this.last = snapshot.zxid
    }
    for (const stored of this.entries.keys()) if (stored <= index) this.entries.delete(stored)
    this.base = snapshot.zxid
    this.snapshot = snapshot
  }
}
