import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'
import type { OpenedStore, SynodErrorCode } from '@synod/interface'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { expect } from 'vitest'
import { batch, owner, range } from './pattern.ts'

/** Runs a test in a directory of its own. */
export async function inScratch(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'synod-store-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Makes a closed store with the batches from 1 to `last` and a snapshot `s` of 3000 bytes. */
export async function writeStore(directory: string, last: number): Promise<void> {
  const storage = createSqliteStorage({ directory })
  await storage.open(owner)
  await Promise.all(range(1, last).map((sequence) => storage.append(batch(sequence))))
  await storage.putSnapshotChunk('s', 0, batch(1, 1000).bytes)
  await storage.putSnapshotChunk('s', 1000, batch(2, 2000).bytes)
  await storage.close()
}

/** Opens, reads everything, and closes. */
export async function readStore(directory: string): Promise<OpenedStore & { readonly snapshot: Buffer }> {
  const storage = createSqliteStorage({ directory })
  const opened = await storage.open(owner)
  try {
    const parts: Uint8Array[] = []
    for (const { id, size } of opened.snapshots) {
      for (let offset = 0; offset < size; offset += parts.at(-1)?.length ?? size) {
        parts.push(await storage.getSnapshotChunk(id, offset, 700))
      }
    }
    return { ...opened, snapshot: Buffer.concat(parts) }
  } finally {
    await storage.close()
  }
}

/** Expects that opening is refused with this code and these words, and returns the error. */
export async function expectRefusal(directory: string, code: SynodErrorCode, words: RegExp): Promise<SynodError> {
  const storage = createSqliteStorage({ directory })
  const files = filesIn(directory)
  const error: unknown = await storage.open(owner).then(
    () => null,
    (reason: unknown) => reason,
  )
  await storage.close()
  if (!SynodError.is(error)) throw new Error(`not refused with ${code}, but ${String(error)}`)
  expect(error.message).toMatch(words)
  expect(error.code, error.message).toBe(code)
  expect(filesIn(directory)).toEqual(files)
  return error
}

function filesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : []
}
