import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readPackages } from './packages.ts'
import { root, run } from './run.ts'

/**
 * Copies the repository as it is now, uncommitted changes included, with its history and what is built, and applies the waiting changesets there.
 *
 * @param target an empty folder
 */
export function copyWithVersions(target: string): void {
  run('git', ['clone', '--quiet', '--no-checkout', root, target], root)
  run('git', ['reset', '--quiet'], target)
  const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], root).split('\0').filter(Boolean)
  for (const file of files.filter((path) => existsSync(join(root, path)))) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    cpSync(join(root, file), join(target, file))
  }
  for (const { folder } of readPackages(root)) {
    const dist = join(folder, 'dist')
    if (existsSync(dist)) cpSync(dist, join(target, dist.slice(root.length)), { recursive: true })
  }
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], target)
  run('changeset', ['version'], target)
  rmSync(join(target, '.changeset'), { recursive: true, force: true })
}
