import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { findFault, range } from './pattern.ts'
import { expectRefusal, inScratch, readStore, writeStore } from './scratch.ts'

/** Small and reproducible: the run is named by its seed. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Puts a damaged copy in place, opens it, and says whether that was refused; fails when it opens with anything else than was written. */
async function refusesOrIsWhole(directory: string, damaged: Buffer, what: string): Promise<boolean> {
  const path = join(directory, 'synod.db')
  for (const ending of ['-wal', '-shm']) await rm(path + ending, { force: true })
  await writeFile(path, damaged)
  try {
    const found = await readStore(directory)
    expect(
      found.batches.map(({ sequence }) => sequence),
      what,
    ).toEqual(range(1, 60))
    expect(findFault(found.batches), what).toBeNull()
    expect(found.snapshots, what).toEqual([{ id: 's', size: 3000 }])
    return false
  } catch (error) {
    if (!SynodError.is(error)) throw error
    expect(error.code, `${what}: ${error.message}`).toMatch(/^SYNOD_STORAGE_(CORRUPT|FOREIGN)$/)
    return true
  }
}

describe('a damaged store', () => {
  it('is refused or harmless, whatever byte of it changed', { timeout: 120_000 }, () =>
    inScratch(async (directory) => {
      await writeStore(directory, 60)
      const whole = await readFile(join(directory, 'synod.db'))
      const seed = Math.floor(Math.random() * 2 ** 32)
      const random = generator(seed)
      let refused = 0
      for (let round = 0; round < 250; round += 1) {
        const damaged = Buffer.from(whole)
        // Two thirds anywhere; the rest where a page's header and its cell pointers are.
        const page = Math.floor(random() * (whole.length / 4096)) * 4096
        const at = round % 3 === 0 ? page + Math.floor(random() * 110) : Math.floor(random() * whole.length)
        damaged[at] = (damaged[at] ?? 0) ^ (round % 2 === 0 ? 1 << Math.floor(random() * 8) : 1 + Math.floor(random() * 255))
        if (await refusesOrIsWhole(directory, damaged, `seed ${seed}, round ${round}, offset ${at}`)) refused += 1
      }
      expect(refused).toBeGreaterThan(100)
    }),
  )

  it('is refused when its header says that nobody may write to it', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 5)
      const path = join(directory, 'synod.db')
      const bytes = await readFile(path)
      // The write version of the file format: 1 and 2 are known.
      bytes[18] = 3
      await writeFile(path, bytes)
      await expectRefusal(directory, 'SYNOD_STORAGE_CORRUPT', /only a newer SQLite may write/)
    }))

  it('is refused when it was cut, at any length', { timeout: 60_000 }, () =>
    inScratch(async (directory) => {
      await writeStore(directory, 60)
      const whole = await readFile(join(directory, 'synod.db'))
      for (const length of [0, 1, 50, 99, 100, 512, 4095, 4096, 8192, whole.length - 4096, whole.length - 1]) {
        expect(await refusesOrIsWhole(directory, whole.subarray(0, length), `cut to ${length}`), `cut to ${length}`).toBe(true)
      }
    }),
  )

  it('is refused when it is garbage, and the message names the way out', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 3)
      await writeFile(join(directory, 'synod.db'), Buffer.alloc(8192, 'garbage '))
      const error = await expectRefusal(directory, 'SYNOD_STORAGE_CORRUPT', /not a database.*keep a copy of its directory/)
      expect(error.cause).toBeInstanceOf(Error)
    }))
})

/** As a loss of power leaves it that wrote the pages of the last transaction in another order. */
async function damageLastFrame(directory: string): Promise<void> {
  const copy = join(directory, 'copy')
  await mkdir(copy)
  for (const file of ['synod.db', 'synod.db-wal']) await copyFile(join(directory, file), join(copy, file))
  const db = new Sqlite(join(copy, 'synod.db'))
  const frames = Number(db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(PASSIVE)').get()?.log)
  db.close()
  const path = join(directory, 'synod.db-wal')
  const wal = await readFile(path)
  const at = 32 + frames * 4120 - 100
  wal[at] = (wal[at] ?? 0) ^ 0x55
  await writeFile(path, wal)
}

describe('a damaged write-ahead log', () => {
  const writer = join(import.meta.dirname, 'children/leaver.ts')

  async function crashedStore(directory: string): Promise<{ readonly db: Buffer; readonly wal: Buffer }> {
    const run = spawnSync(process.execPath, [writer, directory, '40'], { encoding: 'utf8' })
    expect(run.stdout, run.stderr).toContain('written')
    const path = join(directory, 'synod.db')
    return { db: await readFile(path), wal: await readFile(`${path}-wal`) }
  }

  it('is refused wherever it hides synced transactions, twice, and nothing is changed', { timeout: 60_000 }, () =>
    inScratch(async (directory) => {
      const { db, wal } = await crashedStore(directory)
      const path = join(directory, 'synod.db')
      for (const at of [3, 10, 20, 40, 32 + 24 + 4000, 32 + 4120 * 5 + 9, 32 + 4120 * 20 + 2000, wal.length - 4120 * 3 + 100]) {
        const damaged = Buffer.from(wal)
        damaged[at] = (damaged[at] ?? 0) ^ 0x55
        await writeFile(path, db)
        await writeFile(`${path}-wal`, damaged)
        for (let time = 0; time < 2; time += 1) {
          await expectRefusal(directory, 'SYNOD_STORAGE_CORRUPT', /write-ahead log is damaged, and synced transactions follow/)
          expect(damaged.equals(await readFile(`${path}-wal`)), `offset ${at}: the evidence was changed`).toBe(true)
          expect(db.equals(await readFile(path)), `offset ${at}: the store was changed`).toBe(true)
        }
      }
      await writeFile(`${path}-wal`, wal)
      const found = await readStore(directory)
      expect(found.batches.map(({ sequence }) => sequence)).toEqual(range(1, 40))
    }),
  )

  it('loses only a last transaction that a crash tore', () =>
    inScratch(async (directory) => {
      const { wal } = await crashedStore(directory)
      await truncate(join(directory, 'synod.db-wal'), wal.length - 10)
      const found = await readStore(directory)
      expect(found.batches.map(({ sequence }) => sequence)).toEqual(range(1, 39))
      expect(findFault(found.batches, 200)).toBeNull()
    }))

  it('loses only a torn last transaction also where a transaction was interrupted before', () =>
    inScratch(async (directory) => {
      await crashedStore(directory)
      const interrupted = spawnSync(process.execPath, [join(import.meta.dirname, 'children/interrupted.ts'), directory], {
        encoding: 'utf8',
      })
      expect(interrupted.stdout, interrupted.stderr).toContain('interrupted')
      const again = spawnSync(process.execPath, [writer, directory, '60', '41'], { encoding: 'utf8' })
      expect(again.stdout, again.stderr).toContain('written')
      await damageLastFrame(directory)
      const found = await readStore(directory)
      expect(found.batches.map(({ sequence }) => sequence)).toEqual(range(1, 59))
    }))

  it('without its database file is a missing store', () =>
    inScratch(async (directory) => {
      await crashedStore(directory)
      const path = join(directory, 'synod.db')
      await copyFile(path, join(directory, 'copy'))
      await rm(path)
      await rm(join(directory, 'holder.json'))
      await expectRefusal(directory, 'SYNOD_STORAGE_MISSING', /synod\.db-wal beside it/)
    }))
})
