import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'
import { createSqliteStorage } from '@synod/storage-sqlite'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { assertRuntime } from '../dist/runtime.js'
import { batch, owner, range } from './pattern.ts'
import { expectRefusal, inScratch, readStore, writeStore } from './scratch.ts'

const holderProgram = join(import.meta.dirname, 'children/holder.ts')

describe('one process at a time', () => {
  it('refuses a store that another process holds, naming it, and takes it over when that one is killed', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 5)
      const other = spawn(process.execPath, [holderProgram, directory])
      await once(other.stdout, 'data')
      await expectRefusal(directory, 'SYNOD_STORAGE_IN_USE', new RegExp(`held by process ${other.pid} on ${hostname()} \\(since 20`))
      other.kill('SIGKILL')
      await once(other, 'close')
      expect((await readStore(directory)).batches.length).toBe(5)
    }))

  it('keeps another process out while it is open, also after attempts to open it a second time in this one', () =>
    inScratch(async (directory) => {
      const storage = createSqliteStorage({ directory })
      await storage.open(owner)
      await storage.append(batch(1))
      await expectRefusal(directory, 'SYNOD_STORAGE_IN_USE', new RegExp(`held by process ${process.pid}`))
      const other = spawnSync(process.execPath, [holderProgram, directory], { input: '', encoding: 'utf8' })
      expect(other.stdout).toMatch(/^SYNOD_STORAGE_IN_USE .*held by process/)
      await storage.append(batch(2))
      await storage.close()
      expect((await readStore(directory)).batches.map(({ sequence }) => sequence)).toEqual([1, 2])
    }))

  it('keeps another process out of a store that a crash left', () =>
    inScratch(async (directory) => {
      spawnSync(process.execPath, [join(import.meta.dirname, 'children/leaver.ts'), directory, '10'])
      const storage = createSqliteStorage({ directory })
      await storage.open(owner)
      const other = spawnSync(process.execPath, [holderProgram, directory], { input: '', encoding: 'utf8' })
      expect(other.stdout).toMatch(/^SYNOD_STORAGE_IN_USE/)
      await storage.close()
    }))
})

describe('what is refused', () => {
  it('a database of another program, which is not touched', () =>
    inScratch(async (directory) => {
      const path = join(directory, 'synod.db')
      const db = new Sqlite(path)
      db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
      db.close()
      const before = await readFile(path)
      await expectRefusal(directory, 'SYNOD_STORAGE_FOREIGN', /database of another program/)
      expect(before.equals(await readFile(path))).toBe(true)
      await expect(access(join(directory, 'holder.json'))).rejects.toThrow('ENOENT')
    }))

  it('a file that is no database at all', () =>
    inScratch(async (directory) => {
      await writeFile(
        join(directory, 'synod.db'),
        'my shopping list, which is longer than a hundred bytes because it has many things on it, as lists have',
      )
      await expectRefusal(directory, 'SYNOD_STORAGE_FOREIGN', /is not a database/)
    }))

  it('a store of another owner, naming both, even when a crash left it, which loses nothing by that', () =>
    inScratch(async (directory) => {
      spawnSync(process.execPath, [join(import.meta.dirname, 'children/leaver.ts'), directory, '10'])
      for (const other of [
        { clusterName: 'else', id: 1 },
        { clusterName: 'test', id: 2 },
      ]) {
        const storage = createSqliteStorage({ directory })
        await expect(storage.open(other)).rejects.toMatchObject({
          code: 'SYNOD_STORAGE_FOREIGN',
          message: expect.stringContaining(
            `belongs to server 1 of cluster test, not to server ${other.id} of cluster ${other.clusterName}`,
          ),
        })
      }
      expect((await readStore(directory)).batches.length).toBe(10)
    }))

  it('a directory whose store is gone', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 5)
      await rm(join(directory, 'synod.db'))
      await expectRefusal(directory, 'SYNOD_STORAGE_MISSING', /is gone, but holder\.json beside it.*bring it back/)
    }))

  it('a directory that cannot be made or is none', () =>
    inScratch(async (directory) => {
      await writeFile(join(directory, 'file'), '')
      const error = await expectRefusal(join(directory, 'file/below'), 'SYNOD_STORAGE_FAILED', /ENOTDIR|not a directory/)
      expect(error.cause).toBeInstanceOf(Error)
      await mkdir(join(directory, 'odd/synod.db'), { recursive: true })
      await expectRefusal(join(directory, 'odd'), 'SYNOD_STORAGE_FAILED', /disk I\/O error|unable to open/)
    }))

  it('wrong options, all at once', () => {
    const wrong = { directory: '', bytesMax: 5, walBytesMax: 1.5, colour: 'red' }
    const attempt = (): unknown => createSqliteStorage(wrong)
    expect(attempt).toThrow(
      /colour is not an option; directory must be.*bytesMax must be an integer ≥ 1048576 \(it is 5\); walBytesMax must be/,
    )
    expect(attempt).toThrow(expect.objectContaining({ code: 'SYNOD_INVALID_CONFIG', issues: expect.objectContaining({ length: 4 }) }))
  })

  it('a runtime whose Node-API is too old for the addon', () => {
    const attempt = (): void => assertRuntime({ node: '20.11.0', napi: '9' })
    expect(attempt).toThrow(/needs Node-API 10 or newer, this runtime \(Node\.js 20\.11\.0\) has 9/)
    expect(attempt).toThrow(expect.objectContaining({ code: 'SYNOD_UNSUPPORTED_RUNTIME' }))
    expect(() => assertRuntime(process.versions)).not.toThrow()
  })
})

describe('what is accepted', () => {
  it('a directory that does not exist yet, and one where the very first open was cut short', () =>
    inScratch(async (directory) => {
      const deep = join(directory, 'a/b/c')
      expect((await createAndClose(deep)).batches).toEqual([])
      await mkdir(join(directory, 'cut'))
      const db = new Sqlite(join(directory, 'cut/synod.db'))
      db.pragma('journal_mode = WAL')
      db.close()
      expect((await createAndClose(join(directory, 'cut'))).batches).toEqual([])
    }))

  it('a store that its process left without closing, by process.exit', () =>
    inScratch(async (directory) => {
      const program = `import { createSqliteStorage } from '@synod/storage-sqlite'
      const storage = createSqliteStorage({ directory: ${JSON.stringify(directory)} })
      await storage.open({ clusterName: 'test', id: 1 })
      await storage.append({ sequence: 1, firstIndex: 0, lastIndex: 0, bytes: new Uint8Array(9) })
      process.exit(0)`
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: join(import.meta.dirname, '..'),
        encoding: 'utf8',
      })
      expect(run.status, run.stderr).toBe(0)
      expect((await readStore(directory)).batches.length).toBe(1)
    }))
})

async function createAndClose(directory: string): Promise<{ readonly batches: readonly unknown[] }> {
  const storage = createSqliteStorage({ directory })
  const opened = await storage.open(owner)
  await storage.close()
  return opened
}

describe('errors', () => {
  it('know each other across the thread', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 2)
      const storage = createSqliteStorage({ directory })
      await storage.open(owner)
      const error: unknown = await storage.append(batch(9)).catch((reason: unknown) => reason)
      expect(SynodError.is(error, 'SYNOD_INVARIANT')).toBe(true)
      await expect(storage.append(batch(3))).rejects.toMatchObject({ code: 'SYNOD_INVARIANT' })
      await storage.close()
      expect((await readStore(directory)).batches.map(({ sequence }) => sequence)).toEqual(range(1, 2))
    }))
})
