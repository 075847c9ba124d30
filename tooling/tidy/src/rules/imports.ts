import { posix } from 'node:path'
import { layers, testMayImport } from '../layers.ts'
import { fileOf } from '../repository.ts'
import type { TextFile, Workspace } from '../repository.ts'
import { importsOf, packageOf } from '../source-text.ts'
import { lineAt } from '../violation.ts'
import type { Violation } from '../violation.ts'

/** Import directions: the table of `layers.ts` for sources and tests of packages, package names only for apps, no paths out of a folder for anybody. */
export function checkImports(workspace: Workspace): Violation[] {
  const sources = workspace.files.filter(({ path }) => /\.(ts|js)$/.test(path))
  return [...sources.flatMap((file) => checkFile(workspace, file)), ...checkManifest(workspace)]
}

function checkFile(workspace: Workspace, file: TextFile): Violation[] {
  return importsOf(file.text).flatMap(({ from, at }) => {
    const message = from.startsWith('.') ? checkPath(workspace, file, from) : checkName(workspace, file, from)
    return message === undefined ? [] : [{ where: `${file.path}:${lineAt(file.text, at)}`, message }]
  })
}

function checkPath({ dir, kind }: Workspace, file: TextFile, from: string): string | undefined {
  const target = posix.join(posix.dirname(file.path), from)
  if (!target.startsWith(`${dir}/`)) return `imports ${from}, out of its folder; import the package by name`
  if (kind === 'packages' && file.path.startsWith(`${dir}/test/`) && target.startsWith(`${dir}/src/`)) {
    return `imports ${from}; tests import the package by name (or ../dist), so that what is tested is what ships`
  }
  return undefined
}

function checkName({ dir, kind, manifest }: Workspace, file: TextFile, from: string): string | undefined {
  const target = packageOf(from)
  if (kind !== 'tooling' && target.startsWith('@tooling/')) return `imports ${from}; nothing imports tooling at run time`
  const own = manifest.name ?? ''
  if (kind !== 'packages') return undefined
  if (file.path.startsWith(`${dir}/src/`)) return checkLayer(own, from)
  const synod = target.startsWith('@synod/') || target === 'synod'
  if (synod && !testMayImport(own).has(target))
    return `imports ${from}; the tests of ${own} use packages below it, contract-tests and memory only`
  return undefined
}

function checkLayer(own: string, from: string): string | undefined {
  const layer = layers[own]
  if (layer === undefined) return `is in ${own}, which has no layer; add it to the table in tooling/tidy/src/layers.ts`
  if (from.startsWith('node:')) return layer.node ? undefined : `imports ${from}; ${own} may not use Node.js modules`
  const allowed = layer.mayImport.some((may) => from === may || from.startsWith(`${may}/`))
  return allowed ? undefined : `imports ${from}; ${own} may import ${layer.mayImport.join(', ') || 'nothing'}`
}

function checkManifest(workspace: Workspace): Violation[] {
  const { dir, kind, manifest } = workspace
  const where = fileOf(workspace, 'package.json')?.path ?? `${dir}/package.json`
  const layer = layers[manifest.name ?? '']
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }).flatMap((name) => {
    if (kind === 'packages' && layer !== undefined && !layer.mayImport.some((may) => packageOf(may) === name)) {
      return [{ where, message: `depends on ${name}, which ${manifest.name} may not import` }]
    }
    return kind !== 'tooling' && name.startsWith('@tooling/') ? [{ where, message: `depends on ${name} at run time` }] : []
  })
}
