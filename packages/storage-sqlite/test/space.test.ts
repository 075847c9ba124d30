import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { batch, findFault, owner, range } from './pattern.ts'
import { inScratch, readStore } from './scratch.ts'

const mib = 1024 * 1024

describe('space', () => {
  it('stays bounded while a log is written and truncated for long', { timeout: 60_000 }, () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory, walBytesMax: mib })
      await storage.open(owner)
      const size = async (name: string): Promise<number> => (await stat(join(directory, name))).size
      const sizes: number[] = []
      let largestWal = 0
      for (let sequence = 1; sequence <= 3000; sequence += 1) {
        const write = storage.append(batch(sequence, 20_000))
        if (sequence % 10 === 0) await write
        if (sequence % 100 === 0) {
          await storage.dropBefore(sequence - 50)
          await storage.putSnapshotChunk(`s${sequence}`, 0, batch(sequence, 300_000).bytes)
          await storage.putSnapshotChunk(`s${sequence}`, 300_000, batch(sequence, 300_000).bytes)
          await storage.dropSnapshot(`s${sequence - 100}`)
          largestWal = Math.max(largestWal, await size('synod.db-wal'))
        }
        if (sequence % 1000 === 0) sizes.push(await size('synod.db'))
      }
      await storage.append(batch(3001))
      // 60 MB went through; what lives at any time is some 3 MB of batches and 1.2 MB of snapshots.
      expect(largestWal).toBeLessThan(6 * mib)
      expect(sizes[2]).toBeLessThan(16 * mib)
      expect(sizes[2]).toBeLessThan((sizes[0] ?? 0) * 1.5)
      await storage.close()
      const found = await readStore(directory)
      expect(found.batches[0]?.sequence).toBe(2950)
      expect(findFault(found.batches.slice(0, -1), 20_000)).toBeNull()
      expect(found.snapshots).toEqual([{ id: 's3000', size: 600_000 }])
    }),
  )

  it('of the write-ahead log stays bounded while snapshots are read', { timeout: 60_000 }, () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory, walBytesMax: mib, callerSyncMs: 0 })
      await storage.open(owner)
      await storage.putSnapshotChunk('s', 0, batch(1, 1000).bytes)
      let largestWal = 0
      for (let sequence = 1; sequence <= 1000; sequence += 10) {
        const writes = range(sequence, sequence + 9).map((each) => storage.append(batch(each, 20_000)))
        await Promise.all([storage.getSnapshotChunk('s', 0, 1000), ...writes, storage.getSnapshotChunk('s', 0, 1000)])
        largestWal = Math.max(largestWal, (await stat(join(directory, 'synod.db-wal'))).size)
      }
      // 20 MB went through.
      expect(largestWal).toBeLessThan(6 * mib)
      await storage.close()
    }),
  )
})
