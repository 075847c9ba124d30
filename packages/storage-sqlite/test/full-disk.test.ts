import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { batch, findFault, owner, range } from './pattern.ts'
import { inScratch, readStore } from './scratch.ts'

const filler = join(import.meta.dirname, 'children/filler.ts')

const privateMounts = ['unshare', '--mount', '--map-root-user', '--user']
const mayMount = spawnSync('unshare', [...privateMounts.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

interface Outcome {
  readonly acknowledged: number
  readonly codes: readonly string[]
  readonly messages: readonly string[]
}

/** Runs the filler under a shell command that limits what it may write. */
function fill(limit: string, directory: string): Outcome {
  const run = spawnSync('sh', ['-c', `${limit}; exec "$0" "$1" "$2"`, process.execPath, filler, directory], { encoding: 'utf8' })
  expect(run.status, run.stderr).toBe(0)
  return JSON.parse(run.stdout)
}

function expectFailedForGood(outcome: Outcome, words: RegExp): void {
  expect(outcome.acknowledged).toBeGreaterThan(10)
  expect(outcome.codes).toEqual(Array.from({ length: 3 }, () => 'SYNOD_STORAGE_FAILED'))
  for (const message of outcome.messages) expect(message).toMatch(words)
}

describe('a disk that takes no more', () => {
  it('fails the store for good when a file may not grow, and keeps all that was acknowledged', () =>
    inScratch(async (directory) => {
      const outcome = fill('ulimit -S -f 4096', directory)
      expectFailedForGood(outcome, /SQLITE_IOERR_WRITE.*the disk refused/)
      const { batches } = await readStore(directory)
      expect(batches.map(({ sequence }) => sequence)).toEqual(range(1, outcome.acknowledged))
      expect(findFault(batches, 10_000)).toBeNull()
    }))

  it(`fails the store for good when the disk is full (${mayMount ? 'a small tmpfs' : 'no right to mount one here: a limit on files'}), and opens elsewhere`, () =>
    inScratch(async (directory) => {
      const mount = join(directory, 'small')
      const copy = join(directory, 'copy')
      await mkdir(mount)
      await mkdir(copy)
      const limit = mayMount ? `mount -t tmpfs -o size=3m tmpfs "${mount}"` : 'ulimit -S -f 2048'
      const script = `${limit} && "$0" "${filler}" "${mount}/store" && ulimit -S -f unlimited && cp -r "${mount}/store" "${copy}/"`
      const command = mayMount ? [...privateMounts, 'sh'] : ['sh']
      const run = spawnSync(command[0] ?? 'sh', [...command.slice(1), '-c', script, process.execPath], { encoding: 'utf8' })
      expect(run.status, run.stderr).toBe(0)
      const outcome: Outcome = JSON.parse(run.stdout)
      expectFailedForGood(outcome, mayMount ? /SQLITE_FULL.*the disk refused/ : /SQLITE_IOERR_WRITE.*the disk refused/)
      const { batches } = await readStore(join(copy, 'store'))
      expect(batches.map(({ sequence }) => sequence)).toEqual(range(1, outcome.acknowledged))
    }))

  it('fails at bytesMax, and opens again with a greater one', () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory, bytesMax: 1024 * 1024 })
      await storage.open(owner)
      let last = 0
      const error: unknown = await (async () => {
        for (;;) {
          await storage.append(batch(last + 1, 20_000))
          last += 1
        }
      })().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'SYNOD_STORAGE_FAILED', message: expect.stringContaining('SQLITE_FULL') })
      await expect(storage.append(batch(last + 1, 1))).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FAILED' })
      await storage.close()
      const next = createSqliteStorage({ directory, bytesMax: 4 * 1024 * 1024 })
      const { batches } = await next.open(owner)
      expect(batches.map(({ sequence }) => sequence)).toEqual(range(1, last))
      await next.append(batch(last + 1, 20_000))
      await next.close()
    }))

  it('fails what is asked for in the same moment as the append that failed', () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory, bytesMax: 1024 * 1024, callerSyncMs: 1000 })
      await storage.open(owner)
      for (const sequence of range(1, 4)) await storage.append(batch(sequence, 200_000))
      const results = await Promise.allSettled([storage.append(batch(5, 240_000)), storage.putSnapshotChunk('s', 0, batch(1, 10).bytes)])
      const reason = expect.objectContaining({ code: 'SYNOD_STORAGE_FAILED', message: expect.stringContaining('SQLITE_FULL') })
      expect(results).toEqual([
        { status: 'rejected', reason },
        { status: 'rejected', reason },
      ])
      await storage.close()
      expect(await readStore(directory)).toMatchObject({ batches: { length: 4 }, snapshots: [] })
    }))
})
