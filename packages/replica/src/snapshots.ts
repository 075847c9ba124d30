import { SynodError, type LogStorage, type Logger } from '@synod/interface'
import type { LogIndex, NodeId, SnapshotMeta, StateMachine, WalRecord } from '@synod/interface/protocol'
import type { CoreEvent, SnapshotCommand } from '@synod/election-core'
import { collectSnapshot, readPiece, readSnapshot, snapshotId, writeSnapshot } from './snapshot-bytes.ts'
import type { WalWriter } from './wal-writer.ts'

export interface SnapshotLimits {
  readonly snapshotLogBytesMin: number
  readonly snapshotLogBytesMax: number
  readonly snapshotLogEntriesMax: number
  readonly keepEntries: number
}

export interface SnapshotsHost {
  readonly self: NodeId
  readonly storage: LogStorage
  readonly stateMachine: StateMachine
  readonly logger: Logger
  readonly limits: SnapshotLimits
  readonly wal: WalWriter
  /** What a snapshot of an applied index carries beside the state. */
  basis(index: LogIndex): Pick<SnapshotMeta, 'config' | 'epochTable' | 'timeMs'>
  /** Least index that a follower still needs of this leader's log. */
  neededFrom(): LogIndex
  dispatch(event: CoreEvent): void
  onFailed(error: unknown): void
}

/** For a follower that lags, the log is kept until it is so many times as large as where a snapshot is due at the latest (protocol §2.10). */
const lagPatience = 2

/** What an entry takes in memory beside its bytes. */
const entryOverheadBytes = 256

interface Base {
  readonly walSequence: number
  /** Batch of the storage that holds the SNAPBASE record. */
  readonly batch: number
  /** 0: nothing of the log is dropped. */
  readonly keepFrom: LogIndex
}

/**
 * The bytes of snapshots: taken when the log has grown, served to peers, received, verified, installed; and the part of the log
 * that a durable snapshot replaces is dropped (protocol §2.10). The bookkeeping is the core's.
 */
export class Snapshots {
  readonly #host: SnapshotsHost
  /** Sizes of complete snapshots, by id. */
  readonly #sizes: Map<string, number> = new Map()
  /** Newest last; all but the last two are dropped. */
  #kept: string[] = []
  #taking = false
  /** Id of the own snapshot that is being written. */
  #writing = ''
  #takenAt: LogIndex
  #keepFrom: LogIndex = 0
  #verified: { readonly id: string; readonly bytes: Uint8Array } | null = null
  #bases: Base[] = []

  constructor(host: SnapshotsHost, recovered: SnapshotMeta | null) {
    this.#host = host
    this.#takenAt = recovered?.zxid.index ?? 0
    if (recovered !== null) this.#keep(recovered)
  }

  /**
   * Takes a snapshot of the applied position if the log has grown enough since the last one, and if nobody who is connected needs
   * what would be cut, or has not come to have it for long. Called between two applies.
   */
  takeIfDue(): void {
    const { limits, wal, stateMachine } = this.#host
    const { index } = stateMachine.appliedZxid
    const entries = index - this.#takenAt
    if (this.#taking || entries <= 0) return
    const due =
      wal.bytesSince > limits.snapshotLogBytesMax ||
      entries > limits.snapshotLogEntriesMax ||
      (wal.bytesSince > limits.snapshotLogBytesMin && wal.bytesSince > 2 * stateMachine.sizeEstimate)
    if (!due) return
    const bearable = wal.bytesSince + entries * entryOverheadBytes < lagPatience * limits.snapshotLogBytesMax
    if (bearable && this.#host.neededFrom() < this.#keepFromAt(index)) return
    this.#taking = true
    this.#take().then(
      () => {
        this.#taking = false
      },
      (error: unknown) => {
        this.#host.onFailed(error)
      },
    )
  }

  /** Executes a command of the core; its answer comes as an event. */
  execute(command: SnapshotCommand): void {
    this.#execute(command).catch((error: unknown) => {
      this.#host.onFailed(error)
    })
  }

  /**
   * The core puts these records into the log. If a SNAPBASE is among them, what it replaces goes once it is durable; the log before
   * an installed snapshot stays until the next own one, beside which the core writes META and PROMISE again.
   */
  onRecords(records: readonly WalRecord[], walSequence: number): void {
    const snapshot = records.findLast((record) => record.kind === 'snapbase')?.snapshot
    if (snapshot === undefined || snapshot.zxid.index === 0) return
    const complete = records.some((record) => record.kind === 'meta')
    this.#bases.push({ walSequence, batch: this.#host.wal.nextSequence, keepFrom: complete ? this.#keepFrom : 0 })
    this.#takenAt = snapshot.zxid.index
    this.#keep(snapshot)
    this.#host.wal.restartCount()
  }

  /** Everything up to this WAL sequence is durable. */
  durable(walSequence: number): void {
    while (true) {
      const base = this.#bases[0]
      if (base === undefined || base.walSequence > walSequence) return
      this.#bases.shift()
      this.#clean(base).catch((error: unknown) => {
        this.#host.onFailed(error)
      })
    }
  }

  /** Replaces the state by a verified snapshot. Throws when it was not verified or cannot be read. */
  install(snapshot: SnapshotMeta): void {
    const verified = this.#verified
    if (verified === null || verified.id !== snapshot.id) {
      throw new SynodError('SYNOD_INVARIANT', `snapshot ${snapshot.id} is to be installed but was not verified`)
    }
    this.#verified = null
    this.#host.stateMachine.restore(verified.bytes, snapshot.zxid)
    this.#host.logger.info({ index: snapshot.zxid.index, bytes: snapshot.size }, 'installed a snapshot of the leader')
  }

  async #take(): Promise<void> {
    const { stateMachine, storage } = this.#host
    const zxid = stateMachine.appliedZxid
    const taken = collectSnapshot(stateMachine.snapshot())
    const id = snapshotId(zxid, taken.hash, this.#host.self)
    const { config, epochTable, timeMs } = this.#host.basis(zxid.index)
    const keepFrom = this.#keepFromAt(zxid.index)
    this.#writing = id
    await writeSnapshot(storage, id, taken)
    this.#writing = ''
    if (stateMachine.appliedZxid.index < zxid.index || this.#takenAt >= zxid.index) {
      await storage.dropSnapshot(id)
      return
    }
    this.#host.logger.debug({ index: zxid.index, bytes: taken.size }, 'took a snapshot')
    this.#keepFrom = keepFrom
    this.#host.dispatch({
      type: 'snapshotTaken',
      snapshot: { id, zxid, config, epochTable, timeMs, size: taken.size, hash: taken.hash },
      keepFrom,
    })
    this.#keepFrom = 0
    if (!this.#kept.includes(id)) await storage.dropSnapshot(id)
  }

  /** Where the log will begin after a snapshot of this index. */
  #keepFromAt(index: LogIndex): LogIndex {
    const { limits, wal } = this.#host
    return Math.max(1, index + 1 - limits.keepEntries, Math.min(index + 1, wal.firstIndexWithin(limits.snapshotLogBytesMin)))
  }

  async #execute(command: SnapshotCommand): Promise<void> {
    const { storage } = this.#host
    switch (command.kind) {
      case 'read': {
        const { to, snapshotId: id, offset } = command
        const size = this.#sizes.get(id)
        if (size === undefined) return
        const bytes = await readPiece(storage, { id, offset, length: command.maxBytes }).catch((error: unknown) => {
          if (this.#sizes.has(id)) throw error
          return null
        })
        if (bytes !== null)
          this.#host.dispatch({ type: 'snapshotRead', to, snapshotId: id, offset, bytes, last: offset + bytes.length >= size })
        return
      }
      case 'write': {
        await storage.putSnapshotChunk(command.snapshotId, command.offset, command.bytes)
        const offset = command.offset + command.bytes.length
        this.#host.dispatch({ type: 'snapshotWritten', snapshotId: command.snapshotId, offset })
        return
      }
      case 'verify': {
        const bytes = await readSnapshot(storage, command.snapshot)
        this.#verified = bytes === null ? null : { id: command.snapshot.id, bytes }
        this.#host.dispatch({ type: 'snapshotVerified', snapshotId: command.snapshot.id, ok: bytes !== null })
        return
      }
      case 'discard':
        if (this.#verified?.id === command.snapshotId) this.#verified = null
        // A leader's snapshot of a position that was meanwhile reached in another way, and of which an own one is being written: one name.
        if (command.snapshotId === this.#writing || this.#kept.includes(command.snapshotId)) return
        await storage.dropSnapshot(command.snapshotId)
    }
  }

  #keep(snapshot: SnapshotMeta): void {
    this.#sizes.set(snapshot.id, snapshot.size)
    this.#kept = this.#kept.filter((id) => id !== snapshot.id).concat(snapshot.id)
  }

  async #clean(base: Base): Promise<void> {
    if (base.keepFrom > 0) await this.#host.wal.drop(base.keepFrom, base.batch)
    while (this.#kept.length > 2) {
      const oldest = this.#kept.shift()
      if (oldest === undefined) return
      this.#sizes.delete(oldest)
      await this.#host.storage.dropSnapshot(oldest)
    }
  }
}
