import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../src/repository.ts'
import { checkPrivate, checkPublished } from '../../src/rules/package-shape.ts'
import { makeWorkspace } from './make-workspace.ts'

const good: Manifest = {
  name: '@synod/wire',
  version: '0.1.0',
  description: 'Bytes.',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=22.14' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  files: ['dist', 'README.md', 'LICENSE'],
  publishConfig: { access: 'public' },
  scripts: { build: 'tsc -p tsconfig.json' },
  dependencies: { '@synod/interface': 'workspace:^', ws: 'catalog:' },
}
const compilerOptions = { lib: ['ES2023'], skipLibCheck: false, tsBuildInfoFile: '.tsbuild/build.tsbuildinfo' }
const files = { LICENSE: 'MIT', 'tsconfig.json': JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions }) }

const problems = (manifest: object, changed: object = {}): string[] =>
  checkPublished(makeWorkspace('packages/wire', { ...files, ...changed }, { ...good, ...manifest }), 'MIT').map(({ message }) => message)

describe('a published package', () => {
  test('of the right shape passes', () => {
    expect(problems({})).toEqual([])
  })

  test.each([
    ['name', { name: '@synod/bytes' }],
    ['license', { license: 'ISC' }],
    ['engines', { engines: { node: '>=20' } }],
    ['sideEffects', { sideEffects: true }],
    ['publishConfig', { publishConfig: undefined }],
    ['description', { description: '' }],
    ['files', { files: ['dist', 'README.md'] }],
    ['"types" first', { exports: { ...good.exports, '.': { default: './dist/index.js', types: './dist/index.d.ts' } } }],
    ['nothing to import', { exports: { './package.json': './package.json' } }],
    ['./package.json', { exports: { '.': good.exports?.['.'], './b': good.exports?.['.'] } }],
    ['workspace:^', { dependencies: { '@synod/interface': 'workspace:*' } }],
    ['catalog:', { dependencies: { ws: '^8.0.0' } }],
  ])('with a wrong %s fails', (_, manifest) => {
    expect(problems(manifest)).toHaveLength(1)
  })

  test('needs the licence of the repository', () => {
    expect(problems({}, { LICENSE: 'other' })).toEqual(['differs from the LICENSE of the repository'])
  })

  test.each([
    ['extends', { compilerOptions }],
    ['lib', { extends: '../../tsconfig.base.json', compilerOptions: { ...compilerOptions, lib: ['DOM'] } }],
    ['types', { extends: '../../tsconfig.base.json', compilerOptions: { ...compilerOptions, types: ['node'] } }],
    ['skipLibCheck', { extends: '../../tsconfig.base.json', compilerOptions: { ...compilerOptions, skipLibCheck: true } }],
    ['strict', { extends: '../../tsconfig.base.json', compilerOptions: { ...compilerOptions, strict: false } }],
  ])('with loosened compiler settings (%s) fails', (_, settings) => {
    expect(problems({}, { 'tsconfig.json': JSON.stringify(settings) })).toHaveLength(1)
  })
})

test('apps and tooling are private, and tooling is named after its folder', () => {
  const manifest = { name: '@tooling/x', private: true, type: 'module', description: 'X.' }
  expect(checkPrivate(makeWorkspace('tooling/x', {}, manifest))).toEqual([])
  expect(checkPrivate(makeWorkspace('tooling/y', {}, manifest))).toHaveLength(1)
  expect(checkPrivate(makeWorkspace('apps/x', {}, { ...manifest, private: false }))).toHaveLength(1)
})
