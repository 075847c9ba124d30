import type { LogBatch, LogStorage, StoreOwner } from '@synod/interface'
import type { MemoryStorage } from '@synod/memory'
import type { Mutant } from './collect.ts'

/** Makes a faulty store of a good one. */
export type StorageFault = (inner: MemoryStorage) => Partial<LogStorage>

/** The good store, but for what the fault overrides. */
export function faulty(inner: MemoryStorage, fault: StorageFault): LogStorage {
  return {
    open: (owner) => inner.open(owner),
    append: (batch) => inner.append(batch),
    dropBefore: (sequence) => inner.dropBefore(sequence),
    putSnapshotChunk: (id, offset, bytes) => inner.putSnapshotChunk(id, offset, bytes),
    getSnapshotChunk: (id, offset, maxBytes) => inner.getSnapshotChunk(id, offset, maxBytes),
    dropSnapshot: (id) => inner.dropSnapshot(id),
    close: () => inner.close(),
    ...fault(inner),
  }
}

/** A fault in what is found at open. */
function finding(change: (batch: LogBatch) => LogBatch): StorageFault {
  return (inner) => ({
    async open(owner) {
      const opened = await inner.open(owner)
      return { ...opened, batches: opened.batches.map(change) }
    },
  })
}

function keepingReferences(inner: MemoryStorage): Partial<LogStorage> {
  const given = new Map<number, Uint8Array>()
  return {
    append(batch) {
      given.set(batch.sequence, batch.bytes)
      return inner.append(batch)
    },
    ...finding((batch) => ({ ...batch, bytes: given.get(batch.sequence) ?? batch.bytes }))(inner),
  }
}

function ownedByTheFirstWriter(inner: MemoryStorage): Partial<LogStorage> {
  const any: StoreOwner = { clusterName: 'any', id: 1 }
  let opener: StoreOwner = any
  let writer: StoreOwner | null = null
  return {
    open(owner) {
      opener = owner
      if (writer === null || (writer.id === owner.id && writer.clusterName === owner.clusterName)) return inner.open(any)
      return inner.open({ ...any, id: 2 })
    },
    append(batch) {
      writer = opener
      return inner.append(batch)
    },
  }
}

const swallow = (call: Promise<void>): Promise<void> => call.catch(() => {})

/** One for each clause of the storage's contract, and some more. */
export const storageMutants: readonly Mutant<StorageFault>[] = [
  {
    clause: 'a new store is empty',
    fault: 'finds a batch that nobody wrote',
    adapter: (inner) => ({
      open: async (owner) => ({
        ...(await inner.open(owner)),
        batches: [{ sequence: 1, firstIndex: 0, lastIndex: 0, bytes: new Uint8Array() }],
      }),
    }),
  },
  {
    clause: 'keeps every batch',
    fault: 'forgets the last index',
    adapter: finding((batch) => ({ ...batch, lastIndex: batch.firstIndex })),
  },
  {
    clause: 'keeps every batch',
    fault: 'changes a byte',
    adapter: finding((batch) => ({ ...batch, bytes: batch.bytes.map((byte) => byte ^ 1) })),
  },
  {
    clause: 'takes a stream',
    fault: 'takes an empty batch for none',
    adapter: (inner) => ({ append: async (batch) => (batch.bytes.length === 0 ? undefined : inner.append(batch)) }),
  },
  {
    clause: 'appends take effect',
    fault: 'answers even ones late',
    adapter: (inner) => ({
      async append(batch) {
        await inner.append(batch)
        if (batch.sequence % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
      },
    }),
  },
  { clause: 'does not touch the bytes', fault: 'keeps a reference to the bytes of its caller', adapter: keepingReferences },
  {
    clause: 'never has a hole',
    fault: 'says yes to a batch out of sequence',
    adapter: (inner) => ({ append: (batch) => swallow(inner.append(batch)) }),
  },
  {
    clause: 'dropBefore forgets exactly',
    fault: 'forgets one too many',
    adapter: (inner) => ({ dropBefore: (sequence) => inner.dropBefore(sequence + 1) }),
  },
  {
    clause: 'dropBefore beyond',
    fault: 'keeps the last one',
    adapter: (inner) => ({ dropBefore: (sequence) => inner.dropBefore(sequence - 1) }),
  },
  {
    clause: 'gives back a snapshot',
    fault: 'gives more than was asked for',
    adapter: (inner) => ({ getSnapshotChunk: (id, offset, maxBytes) => inner.getSnapshotChunk(id, offset, maxBytes + 1) }),
  },
  {
    clause: 'offset 0 starts',
    fault: 'adds to a snapshot that starts anew',
    adapter: (inner) => ({
      putSnapshotChunk: (id, offset, bytes) => inner.putSnapshotChunk(id, offset === 0 && bytes.length === 10 ? 500 : offset, bytes),
    }),
  },
  {
    clause: 'a snapshot never has a hole',
    fault: 'says yes to a piece that leaves a hole',
    adapter: (inner) => ({ putSnapshotChunk: (id, offset, bytes) => swallow(inner.putSnapshotChunk(id, offset, bytes)) }),
  },
  { clause: 'keeps snapshots apart', fault: 'drops no snapshot', adapter: () => ({ async dropSnapshot() {} }) },
  {
    clause: 'refuses the store of another',
    fault: 'opens to everybody',
    adapter: (inner) => ({ open: () => inner.open({ clusterName: 'any', id: 1 }) }),
  },
  { clause: 'belongs to its owner', fault: 'belongs to the first who writes', adapter: ownedByTheFirstWriter },
  {
    clause: 'refuses a second open',
    fault: 'opens twice',
    adapter: (inner) => ({ open: (owner) => inner.open(owner).catch(() => ({ batches: [], snapshots: [] })) }),
  },
  {
    clause: 'rejects every call before open',
    fault: 'takes a write before it is open',
    adapter: (inner) => ({ append: (batch) => swallow(inner.append(batch)) }),
  },
  {
    clause: 'close lets what was called',
    fault: 'drops what waits when it closes',
    adapter: (inner) => ({ close: async () => inner.powerLoss() }),
  },
  {
    clause: 'what append has resolved',
    fault: 'answers before the disk has synced',
    adapter: (inner) => ({
      async append(batch) {
        inner.hold()
        void swallow(inner.append(batch))
      },
    }),
  },
  {
    clause: 'after an error',
    fault: 'tries again after a failed sync',
    adapter: (inner) => {
      let failed = false
      return {
        append(batch) {
          if (failed) return Promise.resolve()
          return inner.append(batch).catch((error: unknown) => {
            failed = true
            throw error
          })
        },
      }
    },
  },
]
