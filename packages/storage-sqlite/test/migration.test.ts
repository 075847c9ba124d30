import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { batch, findFault, range } from './pattern.ts'
import { expectRefusal, inScratch, readStore } from './scratch.ts'

const testdata = join(import.meta.dirname, '../testdata')
const snapshot = Buffer.concat([batch(1, 1000).bytes, batch(2, 500).bytes])

/** Changes a closed store by hand. */
function edit(directory: string, sql: string): void {
  const db = new Sqlite(join(directory, 'synod.db'))
  db.exec(sql)
  db.close()
}

describe('stores of every schema', () => {
  for (const version of [1, 2]) {
    it(`a stored file of schema ${version} opens with everything in it, twice`, () =>
      inScratch(async (directory) => {
        await copyFile(join(testdata, `schema-${version}.db`), join(directory, 'synod.db'))
        for (let opened = 0; opened < 2; opened += 1) {
          const found = await readStore(directory)
          expect(found.batches.map(({ sequence }) => sequence)).toEqual(range(5, 40))
          expect(findFault(found.batches)).toBeNull()
          expect(found.snapshots).toEqual([{ id: '1-4-ab', size: 1500 }])
          expect(snapshot.equals(found.snapshot)).toBe(true)
        }
        const db = new Sqlite(join(directory, 'synod.db'), { readonly: true })
        expect(db.pragma('user_version', { simple: true })).toBe(2)
        expect(db.prepare('SELECT version FROM schema_history').pluck().all()).toEqual([2])
        db.close()
      }))
  }

  it('a migration that finds a hole leaves the old store as it was', () =>
    inScratch(async (directory) => {
      await copyFile(join(testdata, 'schema-1.db'), join(directory, 'synod.db'))
      edit(directory, 'DELETE FROM batch WHERE sequence = 20')
      await expectRefusal(directory, 'SYNOD_STORAGE_CORRUPT', /batch 20 is missing/)
      const db = new Sqlite(join(directory, 'synod.db'), { readonly: true })
      expect(db.pragma('user_version', { simple: true })).toBe(1)
      expect(db.prepare('SELECT count(*) FROM batch').pluck().get()).toBe(35)
      db.close()
    }))

  it('a newer schema is refused, naming both versions', () =>
    inScratch(async (directory) => {
      await copyFile(join(testdata, 'schema-2.db'), join(directory, 'synod.db'))
      edit(directory, 'PRAGMA user_version = 3')
      await expectRefusal(directory, 'SYNOD_STORAGE_FOREIGN', /newer Synod \(schema 3; this one reads 1 to 2\)/)
    }))
})
