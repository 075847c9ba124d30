import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { assertBatches, assertCode, batch, owner, range } from './context.ts'
import type { LogStorageContext } from './context.ts'

/** Clauses about opening, closing and ownership. */
export const lifeClauses: readonly Clause<LogStorageContext>[] = [
  {
    name: 'refuses the store of another cluster or server with SYNOD_STORAGE_FOREIGN, and changes nothing',
    async check(context) {
      const { storage } = await context.open()
      await storage.append(batch(1))
      await storage.close()
      for (const other of [
        { ...owner, clusterName: 'elsewhere' },
        { ...owner, id: 2 },
      ]) {
        const stranger = context.storage()
        await assertCode(() => stranger.open(other), 'SYNOD_STORAGE_FOREIGN')
        await stranger.close()
      }
      assertBatches((await context.open()).opened, [1])
    },
  },
  {
    name: 'belongs to its owner from the first open on',
    async check(context) {
      const { storage } = await context.open()
      await storage.close()
      const stranger = context.storage()
      await assertCode(() => stranger.open({ ...owner, id: 2 }), 'SYNOD_STORAGE_FOREIGN')
    },
  },
  {
    name: 'refuses a second open with SYNOD_STORAGE_IN_USE while the first holds it, who works on',
    async check(context) {
      const { storage } = await context.open()
      await storage.append(batch(1))
      const second = context.storage()
      await assertCode(() => second.open(owner), 'SYNOD_STORAGE_IN_USE')
      await storage.append(batch(2))
      assertBatches((await context.reopen(storage)).opened, [1, 2])
    },
  },
  {
    name: 'rejects every call before open and after close, and close may be called again',
    async check(context) {
      const storage = context.storage()
      const calls = [
        () => storage.append(batch(1)),
        () => storage.dropBefore(1),
        () => storage.putSnapshotChunk('a', 0, Uint8Array.of(1)),
        () => storage.getSnapshotChunk('a', 0, 1),
        () => storage.dropSnapshot('a'),
      ]
      for (const call of calls) await assertCode(call, 'SYNOD_STOPPED')
      await storage.close()
      await storage.open(owner)
      await storage.append(batch(1))
      await storage.close()
      for (const call of calls) await assertCode(call, 'SYNOD_STOPPED')
      await storage.close()
      assertBatches((await context.open()).opened, [1])
    },
  },
  {
    name: 'close lets what was called before it finish',
    async check(context) {
      const { storage } = await context.open()
      const writes = range(1, 50).map((sequence) => storage.append(batch(sequence)))
      await Promise.all([...writes, storage.close()])
      assertBatches((await context.open()).opened, range(1, 50))
    },
  },
]

/** Shown only where the adapter's factory can take the power away. */
export const powerClauses: readonly Clause<LogStorageContext>[] = [
  {
    name: 'what append has resolved survives loss of power, with everything called before it, and without a hole',
    async check(context) {
      const { storage } = await context.open()
      for (const sequence of range(1, 10)) await storage.append(batch(sequence))
      await storage.putSnapshotChunk('a', 0, Uint8Array.of(1, 2, 3))
      await storage.dropBefore(4)
      await storage.append(batch(11))
      const unresolved = range(12, 20).map((sequence) => storage.append(batch(sequence)))
      const settled = Promise.allSettled(unresolved)
      await context.losePower()
      const acknowledged = (await settled).filter((result) => result.status === 'fulfilled').length
      const { opened } = await context.open()
      const last = opened.batches.at(-1)?.sequence ?? 0
      assert.ok(last >= 11 + acknowledged, `the last one found is ${last}, ${acknowledged} after 11 were acknowledged`)
      assertBatches(opened, range(4, last))
      assert.deepEqual(opened.snapshots, [{ id: 'a', size: 3 }])
    },
  },
]

/** Shown only where the adapter's factory can make the disk fail. */
export const failureClauses: readonly Clause<LogStorageContext>[] = [
  {
    name: 'after an error every later call rejects, and what was acknowledged before is there',
    async check(context) {
      const { storage } = await context.open()
      for (const sequence of range(1, 5)) await storage.append(batch(sequence))
      await context.failWrites()
      await assertCode(() => storage.append(batch(6, 1024 * 1024)), 'SYNOD_STORAGE_FAILED')
      await assertCode(() => storage.append(batch(6, 1)), 'SYNOD_STORAGE_FAILED')
      await assertCode(() => storage.dropBefore(2), 'SYNOD_STORAGE_FAILED')
      await assertCode(() => storage.putSnapshotChunk('a', 0, Uint8Array.of(1)), 'SYNOD_STORAGE_FAILED')
      await assertCode(() => storage.dropSnapshot('a'), 'SYNOD_STORAGE_FAILED')
      await assertCode(() => storage.getSnapshotChunk('a', 0, 1), 'SYNOD_STORAGE_FAILED')
      assertBatches((await context.reopen(storage)).opened, range(1, 5))
    },
  },
]
