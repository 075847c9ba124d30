import { createMemoryStorage } from '@synod/memory'
import type { MemoryStorage } from '@synod/memory'
import { describe, expect, it } from 'vitest'

const owner = { clusterName: 'test', id: 1 }
const batch = (sequence: number) => ({ sequence, firstIndex: 0, lastIndex: 0, bytes: Uint8Array.of(sequence) })

async function sequencesAfterReopening(storage: MemoryStorage): Promise<number[]> {
  await storage.close()
  return (await storage.open(owner)).batches.map(({ sequence }) => sequence)
}

async function settledYet(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  )
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

describe('the storage in memory', () => {
  it('survives being closed and opened again', async () => {
    const storage = createMemoryStorage()
    await storage.open(owner)
    await storage.append(batch(1))
    expect(await sequencesAfterReopening(storage)).toEqual([1])
  })

  it('resolves no append while it is held, and all of them when it is released', async () => {
    const storage = createMemoryStorage()
    await storage.open(owner)
    storage.hold()
    const writes = [storage.append(batch(1)), storage.append(batch(2))]
    expect(await settledYet(Promise.race(writes))).toBe(false)
    storage.release()
    await Promise.all(writes)
    expect(await sequencesAfterReopening(storage)).toEqual([1, 2])
  })

  it('loses at loss of power what was held back, and only that; what waits is told', async () => {
    const storage = createMemoryStorage()
    await storage.open(owner)
    await storage.append(batch(1))
    storage.hold()
    const waiting = storage.append(batch(2))
    await storage.putSnapshotChunk('s', 0, Uint8Array.of(1))
    expect(await storage.getSnapshotChunk('s', 0, 9)).toEqual(Uint8Array.of(1))
    storage.powerLoss()
    await expect(waiting).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED' })
    await expect(storage.append(batch(2))).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED' })
    const opened = await storage.open(owner)
    expect(opened.batches.map(({ sequence }) => sequence)).toEqual([1])
    expect(opened.snapshots).toEqual([])
    await storage.append(batch(2))
    expect(await sequencesAfterReopening(storage)).toEqual([1, 2])
  })

  it('loses an append whose turn had not ended', async () => {
    const storage = createMemoryStorage()
    await storage.open(owner)
    const unresolved = storage.append(batch(1))
    storage.powerLoss()
    await expect(unresolved).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED' })
    expect((await storage.open(owner)).batches).toEqual([])
  })

  it('fails for good with the cause, and works again once it is opened anew', async () => {
    const storage = createMemoryStorage()
    await storage.open(owner)
    await storage.append(batch(1))
    const cause = new Error('no space left on device')
    storage.fail(cause)
    await expect(storage.append(batch(2))).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED', cause })
    await expect(storage.dropBefore(1)).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED' })
    expect(await sequencesAfterReopening(storage)).toEqual([1])
    await storage.append(batch(2))
  })
})
