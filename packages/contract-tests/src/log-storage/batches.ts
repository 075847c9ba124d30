import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { assertBatches, batch, range } from './context.ts'
import type { LogStorageContext } from './context.ts'

/** Clauses about the stream of batches. */
export const batchClauses: readonly Clause<LogStorageContext>[] = [
  {
    name: 'a new store is empty',
    async check(context) {
      const { storage, opened } = await context.open()
      assert.deepEqual([opened.batches.length, opened.snapshots.length], [0, 0])
      const again = await context.reopen(storage)
      assert.deepEqual([again.opened.batches.length, again.opened.snapshots.length], [0, 0])
    },
  },
  {
    name: 'keeps every batch, bytes and index range, in order of sequence',
    async check(context) {
      const { storage } = await context.open()
      for (const sequence of range(1, 20)) await storage.append(batch(sequence))
      assertBatches((await context.reopen(storage)).opened, range(1, 20))
    },
  },
  {
    name: 'takes a stream that begins at any sequence, empty batches, batches without entries, and large ones',
    async check(context) {
      const { storage } = await context.open()
      await storage.append({ sequence: 41, firstIndex: 0, lastIndex: 0, bytes: new Uint8Array() })
      const large = batch(42, 3 * 1024 * 1024 + 1)
      await storage.append(large)
      const far = Number.MAX_SAFE_INTEGER
      await storage.append({ sequence: 43, firstIndex: far - 1, lastIndex: far, bytes: Uint8Array.of(1) })
      const { opened } = await context.reopen(storage)
      assert.deepEqual(
        opened.batches.map((found) => found.sequence),
        [41, 42, 43],
      )
      const [none, big, last] = opened.batches
      assert.deepEqual([none?.firstIndex, none?.lastIndex, none?.bytes.length], [0, 0, 0])
      assert.ok(big !== undefined && Buffer.compare(big.bytes, large.bytes) === 0, 'the large batch is there as it was')
      assert.deepEqual([last?.firstIndex, last?.lastIndex], [far - 1, far])
    },
  },
  {
    name: 'appends take effect and resolve in call order',
    async check(context) {
      const { storage } = await context.open()
      const resolved: number[] = []
      await Promise.all(
        range(1, 200).map(async (sequence) => {
          await storage.append(batch(sequence))
          resolved.push(sequence)
        }),
      )
      assert.deepEqual(resolved, range(1, 200))
      assertBatches((await context.reopen(storage)).opened, range(1, 200))
    },
  },
  {
    name: 'does not touch the bytes it was given, nor need them once append has resolved',
    async check(context) {
      const { storage } = await context.open()
      const shared = new Uint8Array(4096)
      const given = batch(1, 100)
      shared.set(given.bytes, 1000)
      const view = shared.subarray(1000, 1100)
      await storage.append({ ...given, bytes: view })
      assert.ok(view.length === 100 && Buffer.compare(view, given.bytes) === 0, 'the bytes were changed or taken away')
      shared.fill(0xee)
      assertBatches((await context.reopen(storage)).opened, [1], 100)
    },
  },
  {
    name: 'never has a hole: a batch out of sequence is refused, and every write after it',
    async check(context) {
      const { storage } = await context.open()
      await storage.append(batch(1))
      const attempts = await Promise.allSettled([storage.append(batch(3)), storage.append(batch(2)), storage.append(batch(4))])
      assert.deepEqual(
        attempts.map((attempt) => attempt.status),
        ['rejected', 'rejected', 'rejected'],
      )
      const { opened, storage: next } = await context.reopen(storage)
      assertBatches(opened, [1])
      await assert.rejects(() => next.append(batch(1)), 'a sequence was used twice')
      assertBatches((await context.reopen(next)).opened, [1])
    },
  },
  {
    name: 'dropBefore forgets exactly the batches below',
    async check(context) {
      const { storage } = await context.open()
      for (const sequence of range(1, 10)) await storage.append(batch(sequence))
      await storage.dropBefore(1)
      await storage.dropBefore(7)
      await storage.append(batch(11))
      const { storage: next, opened } = await context.reopen(storage)
      assertBatches(opened, range(7, 11))
      await next.dropBefore(3)
      await next.append(batch(12))
      assertBatches((await context.reopen(next)).opened, range(7, 12))
    },
  },
  {
    name: 'dropBefore beyond the end forgets everything, and the sequence goes on where it was',
    async check(context) {
      const { storage } = await context.open()
      for (const sequence of range(1, 5)) await storage.append(batch(sequence))
      await storage.dropBefore(6)
      const { storage: next, opened } = await context.reopen(storage)
      assertBatches(opened, [])
      await next.append(batch(6))
      assertBatches((await context.reopen(next)).opened, [6])
    },
  },
]
