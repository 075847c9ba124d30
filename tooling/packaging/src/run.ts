import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of the repository. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '')

/** The Node.js that everything here runs on, and the oldest that the published packages promise to run on. */
export const nodes: Readonly<Record<'pinned' | 'oldest', string>> = {
  pinned: process.execPath,
  oldest: join(root, 'tooling/oldest-node/node_modules/.bin/node'),
}

/**
 * Runs a program to its end.
 *
 * @returns its standard output
 * @throws with everything it printed, when it could not be started, did not end with 0, or took longer than two minutes
 */
export function run(command: string, args: readonly string[], cwd: string): string {
  const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`
  const ended = spawnSync(command, args, { cwd, env: { ...process.env, PATH, NO_COLOR: '1' }, encoding: 'utf8', timeout: 120_000 })
  if (ended.status === 0) return ended.stdout
  const reason = ended.error?.message ?? `exit code ${String(ended.status ?? ended.signal)}`
  throw new Error(`${command} ${args.join(' ').slice(0, 200)} failed (${reason})\n${ended.stdout ?? ''}${ended.stderr ?? ''}`)
}
