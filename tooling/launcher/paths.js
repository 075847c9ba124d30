import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')

/** Where the programs of the pinned tools are, the pinned Node.js among them. */
export const bin = join(root, 'node_modules', '.bin')

/**
 * The environment of every child: `node_modules/.bin` comes first in PATH, so that each `node`, `pnpm` and `tsc` is the pinned one.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment() {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
}
