import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** How often the ancestors are looked at. */
export const POLL_MS = 200

/**
 * Calls back once npm, or the shell that npm started, is gone. Signals sent to npm do not reach what it started, and SIGKILL reaches nobody,
 * so this is the only way to end together with it. Does nothing when the launcher was not started by a package manager's script.
 *
 * @param {() => void} onGone
 * @returns {() => void} ends the watching
 */
export function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const parent = process.ppid
  const known = describe(parent)
  const grandparent = known !== undefined && SHELL.test(known.name) ? known.parent : undefined
  const timer = setInterval(() => {
    const orphaned = process.ppid !== parent || (grandparent !== undefined && describe(parent)?.parent !== grandparent)
    if (!orphaned) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  timer.unref()
  return () => clearInterval(timer)
}

const SHELL = /^-?(.*\/)?(sh|dash|bash|ash|zsh|ksh|busybox|fish)$/

/**
 * The name and the parent of a process.
 *
 * @param {number} pid
 * @returns {{ name: string, parent: number } | undefined} nothing when there is no such process
 */
export function describe(pid) {
  try {
    if (process.platform === 'linux') {
      const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      return { name, parent: Number(rest.split(' ')[1]) }
    }
    const [parent = '', ...name] = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
    return { name: name.join(' '), parent: Number(parent) }
  } catch {
    return undefined
  }
}
