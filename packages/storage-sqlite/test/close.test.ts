import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LogStorage } from '@synod/interface'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { batch, owner, range } from './pattern.ts'
import { inScratch, readStore } from './scratch.ts'

/** SQLite removes its log when the last connection to the store is closed. */
function isLetGo(directory: string): boolean {
  return !existsSync(join(directory, 'synod.db-wal'))
}

async function openWithThread(storage: LogStorage): Promise<Worker> {
  const started = once(process, 'worker')
  await storage.open(owner)
  const [thread] = await started
  if (!(thread instanceof Worker)) throw new Error('the storage has started no thread')
  return thread
}

describe('a storage that is closed', () => {
  it('while its thread writes as much as asks for a checkpoint opens again', () =>
    inScratch(async (directory) => {
      const walBytesMax = 64 * 1024
      const storage = createSqliteStorage({ directory, walBytesMax, callerSyncMs: 0 })
      for (const sequence of range(1, 3)) {
        const { batches } = await storage.open(owner)
        expect(batches.length).toBe(sequence - 1)
        const write = storage.append(batch(sequence, 2 * walBytesMax))
        await storage.close()
        await write
        expect(isLetGo(directory)).toBe(true)
      }
      expect((await readStore(directory)).batches.length).toBe(3)
    }))

  it('while it opens is closed when both have ended', () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory })
      const opening = storage.open(owner)
      await storage.close()
      expect((await opening).batches).toEqual([])
      await expect(storage.append(batch(1))).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
      expect(isLetGo(directory)).toBe(true)
      await storage.open(owner)
      await storage.append(batch(1))
      await storage.close()
      expect((await readStore(directory)).batches.length).toBe(1)
    }))

  it('after its thread has died lets go of the store, which opens again', () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory })
      const thread = await openWithThread(storage)
      await storage.append(batch(1))
      await thread.terminate()
      await expect(storage.append(batch(2))).rejects.toMatchObject({
        code: 'SYNOD_STORAGE_FAILED',
        message: expect.stringContaining('its thread ended'),
      })
      await expect(storage.open(owner)).rejects.toMatchObject({ code: 'SYNOD_STORAGE_IN_USE' })
      await storage.close()
      expect(isLetGo(directory)).toBe(true)
      expect((await storage.open(owner)).batches.length).toBe(1)
      await storage.close()
    }))
})
