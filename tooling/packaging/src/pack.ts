import { mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Package } from './packages.ts'
import { run } from './run.ts'

/**
 * Packs every published package of a copy of the repository, as a release does.
 *
 * @param root of the copy; its packages must be built
 * @param target folder for the tarballs
 * @returns their paths
 */
export function packAll(root: string, target: string): string[] {
  mkdirSync(target, { recursive: true })
  run('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', target], root)
  return readdirSync(target)
    .filter((name) => name.endsWith('.tgz'))
    .toSorted()
    .map((name) => join(target, name))
}

/** The tarball of a package among these. */
export function tarballOf({ name, version }: Package, tarballs: readonly string[]): string {
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
  const found = tarballs.find((path) => path.endsWith(`/${file}`))
  if (found === undefined) throw new Error(`there is no ${file} among ${tarballs.join(', ')}`)
  return found
}

/** Paths of the files in a tarball, without the leading `package/`. */
export function listTarball(tarball: string): string[] {
  return run('tar', ['-tzf', tarball], dirname(tarball))
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
}

/**
 * Puts the tarballs into the `node_modules` of a folder without asking any registry: what they need from others comes from the repository's own installation.
 *
 * @param folder of the consumer
 */
export function installOffline(folder: string, packages: readonly Package[], tarballs: readonly string[]): void {
  const modules = join(folder, 'node_modules')
  for (const one of packages) {
    const target = join(modules, one.name)
    mkdirSync(target, { recursive: true })
    run('tar', ['-xzf', tarballOf(one, tarballs), '-C', target, '--strip-components=1'], folder)
    for (const name of one.thirdParty) link(join(one.folder, 'node_modules', name), join(modules, name))
  }
}

/** Links a module of the repository's installation into a consumer's folder; what is there already stays. */
export function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    symlinkSync(realpathSync(from), to, 'junction')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
