import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileConsumer, ways } from '../src/consumer.ts'
import { loadBothWays } from '../src/load.ts'
import { installOffline, listTarball, packAll, tarballOf } from '../src/pack.ts'
import { readPackages } from '../src/packages.ts'
import { nodes, root, run } from '../src/run.ts'

const packages = readPackages(root)
const entries = packages.flatMap((one) => one.entries)
const programs = packages.flatMap(({ name, programs: own }) =>
  Object.entries(own).map(([program, path]) => [program, join(name, path)] as const),
)
const folder = mkdtempSync(join(tmpdir(), 'synod-packed-'))
let tarballs: string[] = []

beforeAll(() => {
  tarballs = packAll(root, join(folder, 'tarballs'))
  installOffline(folder, packages, tarballs)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(packages.map((one) => [one.name, one] as const))('%s, packed', (name, one) => {
  test('holds the built code and the documents, nothing else', () => {
    const files = listTarball(tarballOf(one, tarballs))
    expect(
      files.filter((path) => !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/[\w-]+\.js|dist\/.+\.(js|d\.ts)(\.map)?)$/.test(path)),
    ).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']))
  })

  test('was built from the sources that are there now', () => {
    const expected = sources(join(one.folder, 'src')).map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
    const built = listTarball(tarballOf(one, tarballs)).filter((path) => /^dist\/.*\.js$/.test(path))
    expect(built.toSorted()).toEqual(expected.toSorted())
  })

  test('names versions, not the workspace', () => {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    expect(manifest).not.toMatch(/"(workspace|catalog|link|file):/)
  })
})

describe.each(Object.entries(nodes))('on the %s Node.js', (_, node) => {
  test.each(entries)('require() and import of %s give the same', (entry) => {
    loadBothWays(node, folder, entry)
  })

  test.each(programs)('%s --help answers', (_program, path) => {
    expect(run(node, [join('node_modules', path), '--help'], folder)).toMatch(/synod/i)
  })
})

test('the oldest Node.js is the one that package.json promises', () => {
  expect(run(nodes.oldest, ['--version'], folder).trim()).toBe('v22.14.0')
})

test.each(ways)('a program that imports everything compiles with %s and "%s" resolution', (compiler, resolution) => {
  compileConsumer(folder, entries, [compiler, resolution])
})

function sources(folderOfSources: string): string[] {
  return readdirSync(folderOfSources, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.d.ts'),
  )
}
