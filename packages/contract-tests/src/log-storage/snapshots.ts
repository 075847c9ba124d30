import assert from 'node:assert/strict'
import type { LogStorage } from '@synod/interface'
import type { Clause } from '../runner.ts'
import { assertCode, batch } from './context.ts'
import type { LogStorageContext } from './context.ts'

function chunk(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 29 + i) & 0xff)
}

async function readAll(storage: LogStorage, id: string, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let offset = 0
  for (;;) {
    const part = await storage.getSnapshotChunk(id, offset, maxBytes)
    if (part.length === 0) return Buffer.concat(parts)
    assert.ok(part.length <= maxBytes, `${part.length} bytes where at most ${maxBytes} were asked for`)
    parts.push(part)
    offset += part.length
  }
}

/** Clauses about snapshots. */
export const snapshotClauses: readonly Clause<LogStorageContext>[] = [
  {
    name: 'gives back a snapshot as it was put, in pieces of any size, also after reopening',
    async check(context) {
      const { storage } = await context.open()
      const pieces = [chunk(1, 1000), chunk(2, 1), chunk(3, 70_000)]
      const whole = Buffer.concat(pieces)
      let offset = 0
      for (const piece of pieces) {
        await storage.putSnapshotChunk('1-5-aa', offset, piece)
        offset += piece.length
      }
      await storage.append(batch(1))
      for (const size of [1_000_000, 4096, 999]) assert.ok(whole.equals(await readAll(storage, '1-5-aa', size)), `read by ${size}`)
      const { storage: next, opened } = await context.reopen(storage)
      assert.deepEqual(opened.snapshots, [{ id: '1-5-aa', size: whole.length }])
      assert.ok(whole.equals(await readAll(next, '1-5-aa', 5000)))
      assert.equal((await next.getSnapshotChunk('1-5-aa', whole.length + 7, 10)).length, 0, 'beyond the end is empty')
    },
  },
  {
    name: 'offset 0 starts a snapshot anew, and a piece put again replaces what is there from its offset on',
    async check(context) {
      const { storage } = await context.open()
      await storage.putSnapshotChunk('a', 0, chunk(1, 500))
      await storage.putSnapshotChunk('a', 500, chunk(2, 500))
      await storage.putSnapshotChunk('a', 700, chunk(3, 100))
      const expected = Buffer.concat([chunk(1, 500), chunk(2, 200), chunk(3, 100)])
      assert.ok(expected.equals(await readAll(storage, 'a', 300)), 'replaced from the offset on')
      await storage.putSnapshotChunk('a', 0, chunk(4, 10))
      await storage.append(batch(1))
      const { storage: next, opened } = await context.reopen(storage)
      assert.deepEqual(opened.snapshots, [{ id: 'a', size: 10 }])
      assert.ok(Buffer.from(chunk(4, 10)).equals(await readAll(next, 'a', 300)))
    },
  },
  {
    name: 'a snapshot never has a hole',
    async check(context) {
      const { storage } = await context.open()
      await storage.putSnapshotChunk('a', 0, chunk(1, 100))
      await storage.append(batch(1))
      await assert.rejects(() => storage.putSnapshotChunk('a', 101, chunk(2, 10)))
      const { opened } = await context.reopen(storage)
      assert.deepEqual(opened.snapshots, [{ id: 'a', size: 100 }])
    },
  },
  {
    name: 'keeps snapshots apart, forgets the one that is dropped, and rejects a read of one that is not there',
    async check(context) {
      const { storage } = await context.open()
      await storage.putSnapshotChunk('a', 0, chunk(1, 100))
      await storage.putSnapshotChunk('b', 0, chunk(2, 200))
      await storage.dropSnapshot('a')
      await storage.dropSnapshot('never-there')
      await storage.append(batch(1))
      await assertCode(() => storage.getSnapshotChunk('a', 0, 10), 'SYNOD_STORAGE_CORRUPT')
      const { storage: next, opened } = await context.reopen(storage)
      assert.deepEqual(opened.snapshots, [{ id: 'b', size: 200 }])
      assert.ok(Buffer.from(chunk(2, 200)).equals(await readAll(next, 'b', 64)))
      await assertCode(() => next.getSnapshotChunk('a', 0, 10), 'SYNOD_STORAGE_CORRUPT')
      await next.append(batch(2))
    },
  },
]
