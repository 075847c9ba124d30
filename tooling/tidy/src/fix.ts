import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './repository.ts'
import { bin } from './tools/run-tool.ts'

/** `npm run fix`: what the linter can fix, then the format. Exits with 1 when something is left that needs a person. */
function fix(): number {
  const codes = [
    ['oxlint', '--fix'],
    ['oxfmt', '--write'],
  ].map(([tool = '', ...args]) => spawnSync(join(bin, tool), args, { cwd: root, stdio: 'inherit' }).status)
  return codes.every((code) => code === 0) ? 0 : 1
}

process.exitCode = fix()
