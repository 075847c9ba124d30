import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inScratch, readStore, writeStore } from './scratch.ts'

const holderProgram = join(import.meta.dirname, 'children/holder.ts')

/** To root everything is allowed, until it gives up the right to overrule the permissions of files. */
const bound = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

/** What opening says to somebody whom the permissions of files bind. */
function openBound(directory: string): string {
  const [program, ...args] = [...bound, process.execPath, holderProgram, directory]
  const run = spawnSync(program, args, { input: '', encoding: 'utf8' })
  expect(run.status, String(run.error ?? run.stderr)).toBe(0)
  return run.stdout
}

describe.skipIf(process.platform === 'win32')('want of rights', () => {
  it.each(['synod.lock', 'synod.db', 'synod.db-wal', 'synod.db-shm'])('to %s is told as such, and is no damage', (file) =>
    inScratch(async (directory) => {
      spawnSync(process.execPath, [join(import.meta.dirname, 'children/leaver.ts'), directory, '10'])
      chmodSync(join(directory, file), 0o444)
      const said = openBound(directory)
      expect(said).toMatch(/^SYNOD_STORAGE_FAILED/)
      expect(said).toContain(`${join(directory, file)} cannot be read and written by the user of this process`)
      expect(said).toContain('(EACCES); give the directory and all that is in it to that user')
      chmodSync(join(directory, file), 0o644)
      expect((await readStore(directory)).batches.length).toBe(10)
    }),
  )

  it('to the directory is told as such', () =>
    inScratch(async (directory) => {
      await writeStore(directory, 5)
      chmodSync(directory, 0o500)
      expect(openBound(directory)).toContain(`${directory} cannot be read and written`)
      chmodSync(directory, 0o700)
      expect(openBound(directory)).toBe('held\n')
    }))
})
