import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logStorageContract } from '@synod/contract-tests'
import type { LogStorage } from '@synod/interface'
import { createSqliteStorage } from '@synod/storage-sqlite'
import { describe, it } from 'vitest'

const canLimit = spawnSync('prlimit', ['--version']).status === 0

/** From now on no file of this process can grow beyond a byte: every write of the store fails as on a broken disk. */
function limitFiles(bytes: 'unlimited' | '1'): void {
  if (canLimit) execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`])
}

for (const [name, callerSyncMs] of [
  ['sqlite', 0],
  ['sqlite that syncs in the thread of its caller', 1000],
] as const) {
  logStorageContract(
    { describe, it },
    {
      name,
      async create() {
        const directory = await mkdtemp(join(tmpdir(), 'synod-sqlite-'))
        const made: LogStorage[] = []
        return {
          storage() {
            limitFiles('unlimited')
            const storage = createSqliteStorage({ directory, callerSyncMs })
            made.push(storage)
            return storage
          },
          async dispose() {
            limitFiles('unlimited')
            for (const storage of made) await storage.close()
            await rm(directory, { recursive: true })
          },
        }
      },
      // Where there is no prlimit, the tests of full disks show the same with `ulimit`, from outside.
      ...(canLimit ? { failWrites: async () => limitFiles('1') } : {}),
    },
  )
}
