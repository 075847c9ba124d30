import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of the repository. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '')

/** The parts of a package.json that the rules look at. */
export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: unknown
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One text file, by its path from the root with slashes. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** One folder of `packages/`, `apps/` or `tooling/` with everything in it that is checked in. */
export interface Workspace {
  /** Such as `packages/wire`. */
  readonly dir: string
  readonly kind: 'packages' | 'apps' | 'tooling'
  readonly manifest: Manifest
  readonly files: readonly TextFile[]
}

const KINDS = ['packages', 'apps', 'tooling'] as const
const GENERATED = new Set(['node_modules', 'dist', '.tsbuild', '.turbo', '.scratch', '.synod', 'coverage', '.test-results'])
const TEXT = new Set(['.ts', '.js', '.json', '.md', '.yaml', '.yml', '.txt', '.sh', ''])

/** Reads every workspace of this repository. Folders without a package.json are left out. */
export function readWorkspaces(): Workspace[] {
  return KINDS.flatMap((kind) =>
    readdirSync(join(root, kind))
      .toSorted()
      .filter((name) => existsSync(join(root, kind, name, 'package.json')))
      .map((name) => readWorkspace(kind, name)),
  )
}

function readWorkspace(kind: Workspace['kind'], name: string): Workspace {
  const dir = `${kind}/${name}`
  const manifest = JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8')) as Manifest
  return { dir, kind, manifest, files: readTextFiles(dir) }
}

/** Every text file under a folder, without what is generated or installed. */
export function readTextFiles(dir: string): TextFile[] {
  return readdirSync(join(root, dir), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${dir}/${entry.name}`
      if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : readTextFiles(path)
      return entry.isFile() && TEXT.has(extname(entry.name)) ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : []
    })
}

/** The published packages among these. */
export function published(workspaces: readonly Workspace[]): Workspace[] {
  return workspaces.filter(({ kind, manifest }) => kind === 'packages' && manifest.private !== true)
}

/** The file of a workspace by its path inside, such as `README.md`. */
export function fileOf(workspace: Workspace, path: string): TextFile | undefined {
  return workspace.files.find((file) => file.path === `${workspace.dir}/${path}`)
}
