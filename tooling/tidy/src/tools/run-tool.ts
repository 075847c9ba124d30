import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { root } from '../repository.ts'

/** What a tool printed, and how it ended. */
export interface ToolResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Where the pinned tools are. */
export const bin: string = join(root, 'node_modules', '.bin')

/**
 * Runs one of the pinned tools to its end.
 *
 * @param name of the tool in `node_modules/.bin`
 * @throws when it could not be started at all
 */
export function runTool(name: string, args: readonly string[], cwd: string = root): ToolResult {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, NO_COLOR: '1', FORCE_COLOR: undefined }
  const ended = spawnSync(join(bin, name), args, { cwd, env, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  if (ended.error) throw new Error(`${name} could not be started`, { cause: ended.error })
  return { code: ended.status ?? 1, stdout: ended.stdout, stderr: ended.stderr }
}
