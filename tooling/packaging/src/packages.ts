import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A published package of a copy of the repository. */
export interface Package {
  readonly folder: string
  readonly name: string
  readonly version: string
  /** What a user imports: the name, and the name with each subpath. */
  readonly entries: readonly string[]
  /** Paths of its programs by their names. */
  readonly programs: Readonly<Record<string, string>>
  /** Names of what it needs from others. */
  readonly thirdParty: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The published packages in the `packages/` of this folder. */
export function readPackages(root: string): Package[] {
  return readdirSync(join(root, 'packages'))
    .toSorted()
    .map((folder) => join(root, 'packages', folder))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .flatMap((folder) => {
      const manifest = readManifest(folder)
      return manifest.private === true ? [] : [toPackage(folder, manifest)]
    })
}

/** The package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function toPackage(folder: string, { name, version, exports = {}, bin = {}, dependencies = {} }: Manifest): Package {
  const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json')
  const thirdParty = Object.keys(dependencies).filter((other) => other !== 'synod' && !other.startsWith('@synod/'))
  return { folder, name, version, entries: subpaths.map((subpath) => name + subpath.slice(1)), programs: bin, thirdParty }
}
