import { createHash } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { say } from './say.js'

const LOOK_AGAIN_MS = 200

/**
 * Takes the right to install and build in this folder, so that `npm start` and `npm test` of two terminals do not do it at once.
 * Waits while another process has it; a process that no longer lives has nothing.
 *
 * @param {string} root
 * @returns {Promise<() => void>} gives it back
 */
export async function takeTurn(root) {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const lock = join(tmpdir(), `synod-set-up-${userInfo().uid}-${key}`)
  const giveBack = () => rmSync(lock, { force: true })
  for (let said = false; ; said = true) {
    const holder = tryTake(lock)
    if (holder === undefined) {
      process.once('exit', giveBack)
      return giveBack
    }
    if (!said) say(`process ${holder} is setting up this folder; waiting for it (${lock})`)
    await pause(LOOK_AGAIN_MS)
  }
}

/**
 * Takes the lock file in one step, with the process id in it from the first moment, so that nobody can see it empty.
 *
 * @param {string} lock
 * @returns {number | undefined} who has it, or nothing: it is ours
 */
function tryTake(lock) {
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    linkSync(mine, lock)
    return undefined
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  } finally {
    rmSync(mine, { force: true })
  }
  const holder = readHolder(lock)
  if (holder !== undefined && isAlive(holder)) return holder
  rmSync(lock, { force: true })
  return tryTake(lock)
}

/** @param {string} lock */
function readHolder(lock) {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
