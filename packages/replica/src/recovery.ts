import { SynodError, type LogStorage, type OpenedStore, type StoreOwner } from '@synod/interface'
import type { SnapshotMeta, StateMachine, WalRecord } from '@synod/interface/protocol'
import { decodeRecords } from '@synod/wire'
import { readSnapshot } from './snapshot-bytes.ts'
import { entryRange, type StoredBatch, type WalPosition } from './wal-writer.ts'

/** What a store holds, checked. */
export interface RecoveredStore {
  readonly records: readonly WalRecord[]
  readonly position: WalPosition
  /** The newest snapshot that the log begins with; `null` when the log reaches back to its first entry. */
  readonly snapshot: SnapshotMeta | null
  /** Stored snapshots that nothing refers to: left over by a crash. */
  readonly unreferenced: readonly string[]
}

/**
 * Checks every record of an opened store: checksums, the chain from record to record, and whose it is. Changes nothing.
 * Throws `SYNOD_STORAGE_CORRUPT` or `SYNOD_STORAGE_FOREIGN`.
 */
export function readStore(opened: OpenedStore, owner: StoreOwner): RecoveredStore {
  const records: WalRecord[] = []
  const batches: StoredBatch[] = []
  let chain: number | null = null
  let expected: number | null = null
  for (const batch of opened.batches) {
    if (expected !== null && batch.sequence !== expected) throw corrupt(owner, `batch ${expected} is missing`)
    const decoded = decodeRecords(batch.bytes, batches.length === 0 && batch.sequence === 1 ? 0 : chain)
    if (!decoded.ok) throw corrupt(owner, `batch ${batch.sequence}: ${decoded.reason}`)
    chain = decoded.value.chain
    expected = batch.sequence + 1
    for (const record of decoded.value.records) records.push(record)
    batches.push({ sequence: batch.sequence, lastIndex: entryRange(decoded.value.records).lastIndex, bytes: batch.bytes.length })
  }
  checkOwner(records, owner)
  const snapshot = newestSnapshot(records)
  return {
    records,
    position: { lastSequence: (expected ?? 1) - 1, chain: chain ?? 0, batches },
    snapshot,
    unreferenced: opened.snapshots.map((stored) => stored.id).filter((id) => id !== snapshot?.id),
  }
}

/** Loads the snapshot that the log begins with into the state machine. Throws `SYNOD_STORAGE_CORRUPT` when it is not what was saved. */
export async function restoreState(storage: LogStorage, snapshot: SnapshotMeta, stateMachine: StateMachine): Promise<void> {
  const bytes = await readSnapshot(storage, snapshot)
  if (bytes === null) {
    throw new SynodError('SYNOD_STORAGE_CORRUPT', `snapshot ${snapshot.id} is missing or damaged (size or sha256 differ). ${wayOut}`)
  }
  stateMachine.restore(bytes, snapshot.zxid)
}

const wayOut =
  'Nothing was changed. The other servers go on without this one while they are a majority; restore its disk (docs/operating.md)'

/** The store is sound record by record, or not even that, but cannot be what a server wrote. */
export function corrupt(owner: StoreOwner, what: string): SynodError {
  return new SynodError(
    'SYNOD_STORAGE_CORRUPT',
    `the store of server ${owner.id} of cluster '${owner.clusterName}' is damaged: ${what}. ${wayOut}`,
  )
}

function checkOwner(records: readonly WalRecord[], owner: StoreOwner): void {
  let found = false
  for (const record of records) {
    if (record.kind !== 'meta') continue
    found = true
    if (record.clusterName === owner.clusterName && record.member.id === owner.id) continue
    throw new SynodError(
      'SYNOD_STORAGE_FOREIGN',
      `this is the store of server ${record.member.id} of cluster '${record.clusterName}', not of server ${owner.id} of cluster ` +
        `'${owner.clusterName}'. Nothing was changed. Point this server to its own store, or correct its id or cluster name`,
    )
  }
  if (records.length > 0 && !found) throw corrupt(owner, 'no record says whose it is')
}

function newestSnapshot(records: readonly WalRecord[]): SnapshotMeta | null {
  let newest: SnapshotMeta | null = null
  for (const record of records) if (record.kind === 'snapbase') newest = record.snapshot
  return newest !== null && newest.zxid.index > 0 ? newest : null
}
