import { purePackages } from '../layers.ts'
import { fileOf } from '../repository.ts'
import type { Manifest, Workspace } from '../repository.ts'
import type { Violation } from '../violation.ts'

/** The shape that every published package has in common, and the licence and compiler settings beside it. */
export function checkPublished(workspace: Workspace, license: string): Violation[] {
  const { dir, manifest } = workspace
  const folder = dir.slice('packages/'.length)
  const where = `${dir}/package.json`
  const wrong = [
    ...expected(manifest, folder),
    ...checkExports(manifest.exports),
    ...checkRanges(manifest),
    ...['dist', 'README.md', 'LICENSE'].filter((name) => !manifest.files?.includes(name)).map((name) => `"files" must name ${name}`),
  ].map((message) => ({ where, message }))
  return [...wrong, ...checkLicense(workspace, license), ...checkCompiler(workspace)]
}

/** What apps and tooling have in common: private, modules, a name and a description. */
export function checkPrivate({ dir, kind, manifest }: Workspace): Violation[] {
  const wrong = [
    manifest.private === true ? '' : '"private" must be true',
    manifest.type === 'module' ? '' : '"type" must be "module"',
    manifest.description ? '' : '"description" is missing',
    kind !== 'tooling' || manifest.name === `@tooling/${dir.slice('tooling/'.length)}`
      ? ''
      : `"name" must be "@tooling/${dir.slice('tooling/'.length)}"`,
  ]
  return wrong.filter(Boolean).map((message) => ({ where: `${dir}/package.json`, message }))
}

function expected(manifest: Manifest, folder: string): string[] {
  const name = folder === 'synod' ? 'synod' : `@synod/${folder}`
  const wanted: [string, unknown, unknown][] = [
    ['name', manifest.name, name],
    ['license', manifest.license, 'MIT'],
    ['type', manifest.type, 'module'],
    ['sideEffects', manifest.sideEffects, false],
    ['engines', manifest.engines, { node: '>=22.14' }],
    ['publishConfig', manifest.publishConfig, { access: 'public' }],
    ['scripts.build', manifest.scripts?.build, 'tsc -p tsconfig.json'],
  ]
  const wrong = wanted
    .filter(([, is, should]) => JSON.stringify(is) !== JSON.stringify(should))
    .map(([key, is, should]) => `"${key}" must be ${JSON.stringify(should)} (is ${JSON.stringify(is)})`)
  return manifest.description ? wrong : [...wrong, '"description" is missing']
}

function checkExports(exports: Manifest['exports'] = {}): string[] {
  const wrong: string[] = []
  if (Object.keys(exports).length < 2) wrong.push('"exports" must name what can be imported')
  if (exports['./package.json'] !== './package.json') wrong.push('"exports" must have "./package.json"')
  for (const [subpath, target] of Object.entries(exports)) {
    if (subpath === './package.json') continue
    if (subpath.includes('*')) wrong.push(`"exports" names each subpath, no patterns (${subpath})`)
    const { types, default: code } = Object(target) as { types?: unknown; default?: unknown }
    const inOrder = JSON.stringify(Object.keys(Object(target))) === '["types","default"]'
    if (!inOrder || !/^\.\/dist\/.*\.d\.ts$/.test(String(types)) || !/^\.\/dist\/.*\.js$/.test(String(code))) {
      wrong.push(`"exports" of "${subpath}" must be { "types": "./dist/….d.ts", "default": "./dist/….js" } in this order`)
    }
  }
  return wrong
}

function checkRanges({ dependencies, devDependencies, peerDependencies, optionalDependencies }: Manifest): string[] {
  const shipped = { ...dependencies, ...peerDependencies, ...optionalDependencies }
  return Object.entries({ ...devDependencies, ...shipped }).flatMap(([name, range]) => {
    const own = name === 'synod' || name.startsWith('@synod/')
    if (!own && !(name in shipped)) return []
    const wanted = own ? 'workspace:^' : 'catalog:'
    return range === wanted ? [] : [`the range of ${name} must be "${wanted}" (is "${range}")`]
  })
}

function checkLicense(workspace: Workspace, license: string): Violation[] {
  const where = `${workspace.dir}/LICENSE`
  const file = fileOf(workspace, 'LICENSE')
  if (file === undefined) return [{ where, message: 'is missing' }]
  return file.text === license ? [] : [{ where, message: 'differs from the LICENSE of the repository' }]
}

function checkCompiler(workspace: Workspace): Violation[] {
  const where = `${workspace.dir}/tsconfig.json`
  const file = fileOf(workspace, 'tsconfig.json')
  if (file === undefined) return [{ where, message: 'is missing' }]
  const { extends: base, compilerOptions = {} } = JSON.parse(file.text) as { extends?: string; compilerOptions?: Record<string, unknown> }
  const wrong: string[] = []
  if (base !== '../../tsconfig.base.json') wrong.push('must extend ../../tsconfig.base.json')
  if (String(compilerOptions.tsBuildInfoFile ?? '').startsWith('.tsbuild/') === false)
    wrong.push('"tsBuildInfoFile" must be in .tsbuild/, or it lands in the tarball')
  for (const loosened of [
    'strict',
    'noUncheckedIndexedAccess',
    'exactOptionalPropertyTypes',
    'isolatedDeclarations',
    'erasableSyntaxOnly',
  ]) {
    if (compilerOptions[loosened] === false) wrong.push(`may not switch "${loosened}" off`)
  }
  if (purePackages.includes(workspace.manifest.name ?? '')) {
    if (JSON.stringify(compilerOptions.lib) !== '["ES2023"]') wrong.push('is of a pure package: "lib" must be ["ES2023"]')
    if (compilerOptions.types !== undefined && JSON.stringify(compilerOptions.types) !== '[]')
      wrong.push('is of a pure package: "types" must be []')
    if (compilerOptions.skipLibCheck !== false)
      wrong.push('is of a pure package: "skipLibCheck" must be false, or a missing type is silently any')
  }
  return wrong.map((message) => ({ where, message }))
}
