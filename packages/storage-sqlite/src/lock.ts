import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'

function pathOf(directory: string): string {
  return join(directory, 'synod.lock')
}

/** A store that was ever held has its lock beside it. */
export function lockExists(directory: string): boolean {
  return existsSync(pathOf(directory))
}

/** Removes a lock that is held, where there was none before: nothing came of the store. */
export function removeLock(directory: string): void {
  try {
    rmSync(pathOf(directory), { force: true })
  } catch {
    // Windows removes no open file. It is empty, and the reason why the store was refused is what must be told.
  }
}

/**
 * Takes the lock of the store in a directory, for as long as the connection that is returned stays open; the operating system takes it
 * from a process that died. Throws `SQLITE_BUSY` when somebody holds it: another process, or another store of this one.
 *
 * It is an empty database of its own, held by a transaction that never ends, because the store itself has two connections: that of
 * its thread, and that of its caller.
 */
export function takeLock(directory: string): Database {
  const path = pathOf(directory)
  const before = inodeOf(path)
  const lock = new Sqlite(path, { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
    // Never committed. On a file that cannot be written, `BEGIN EXCLUSIVE` alone would only read, and exclude nobody.
    lock.pragma('user_version = 1')
    const after = inodeOf(path)
    if (after === null || (before !== null && before !== after)) {
      throw Object.assign(new Error('the lock was removed meanwhile'), { code: 'SQLITE_BUSY' })
    }
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { throwIfNoEntry: false, bigint: true })?.ino ?? null
}
