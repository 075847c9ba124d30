import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCluster } from '../cluster-file.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { isAlive, startMark } from '../process-alive.ts'

interface Owner {
  readonly pid: number
  /** Of `startMark`: a process id comes back, with another mark. */
  readonly mark: string
}

/**
 * Takes the folder for this `synod dev`: one at a time. Throws when another one runs there, with where it can be reached. What a
 * killed one left behind is taken over. Returns the function that gives the folder back.
 */
export function lockFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, 'dev.lock')
  const own: Owner = { pid: process.pid, mark: startMark(process.pid) }
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(own)}\n`)
  try {
    while (!claim(draft, path)) {
      const owner = readOwner(path)
      if (owner !== null && runs(owner)) throw new CliError(exitCodes.running, describeRunning(dir, owner))
      rmSync(path, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true })
  }
}

/** Whether a lock that names this owner still counts. */
export function runs(owner: { readonly pid: number; readonly mark: string }): boolean {
  return isAlive(owner.pid) && (owner.mark === '' || startMark(owner.pid) === owner.mark)
}

/** A link is made whole or not at all, and never over another one. */
function claim(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function readOwner(path: string): Owner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('mark' in value)) return null
    return { pid: Number(value.pid), mark: String(value.mark) }
  } catch {
    return null
  }
}

function describeRunning(dir: string, owner: Owner): string {
  const servers = readCluster(dir)
    ?.file.servers.map(({ endpoint }) => endpoint)
    .join(',')
  const where = servers === undefined ? 'it is starting' : `clients connect to ${servers}`
  return `a "synod dev" is running on ${dir} already (process ${owner.pid}): ${where}. Use it ("synod status"), stop it first, or start another one with --dir and --base-port`
}
