import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { SynodError } from '@synod/interface'

const files = ['synod.lock', 'synod.db', 'synod.db-wal', 'synod.db-shm']

/**
 * Throws unless this user may read and write the directory of a store and each file in it. SQLite would open what it may not write
 * for reading only: of a lock such a connection excludes nobody, and of a store it says what it also says of a damaged header.
 */
export function assertRights(directory: string): void {
  assertAccess(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  for (const path of files.map((file) => join(directory, file))) {
    if (existsSync(path)) assertAccess(path, constants.R_OK | constants.W_OK)
  }
}

function assertAccess(path: string, mode: number): void {
  try {
    accessSync(path, mode)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new SynodError(
      'SYNOD_STORAGE_FAILED',
      `${path} cannot be read and written by ${userName()}${code}; give the directory and all that is in it to that user, or name another one`,
      { cause: error },
    )
  }
}

function userName(): string {
  return process.getuid === undefined ? 'the user of this process' : `the user of this process (uid ${process.getuid()})`
}
