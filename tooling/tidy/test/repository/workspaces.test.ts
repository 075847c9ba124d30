import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileOf, published, readTextFiles, readWorkspaces, root } from '../../src/repository.ts'
import { checkCycles } from '../../src/rules/cycles.ts'
import { checkImports } from '../../src/rules/imports.ts'
import { checkLinks } from '../../src/rules/links.ts'
import { checkPrivate, checkPublished } from '../../src/rules/package-shape.ts'
import { checkOtherReadme, checkPackageReadme } from '../../src/rules/readme.ts'
import { checkErrorCodes, checkOptions } from '../../src/rules/tables.ts'
import { checkAnywhere, checkWords } from '../../src/rules/words.ts'
import { expectNone } from '../../src/violation.ts'

const workspaces = readWorkspaces()
const packages = published(workspaces)
const license = readFileSync(join(root, 'LICENSE'), 'utf8')
const exists = (path: string): boolean => existsSync(join(root, path))

test('there are packages to check', () => {
  expect(packages.length).toBeGreaterThan(10)
})

test('no workspace depends on itself through others, dev dependencies included', () => {
  expectNone(checkCycles(workspaces))
})

describe.each(workspaces.map((workspace) => [workspace.dir, workspace] as const))('%s', (_, workspace) => {
  test('imports only what its layer allows', () => {
    expectNone(checkImports(workspace))
  })

  test('has no banned words', () => {
    expectNone(checkWords(workspace))
  })

  test('has links that lead somewhere', () => {
    const markdown = workspace.files.filter(({ path }) => path.endsWith('.md'))
    expectNone(markdown.flatMap((file) => checkLinks(file, exists)))
  })
})

describe.each(packages.map((workspace) => [workspace.dir, workspace] as const))('%s', (dir, workspace) => {
  test('has the shape of a published package', () => {
    expectNone(checkPublished(workspace, license))
  })

  test('tells all of its options', () => {
    expectNone(checkOptions(workspace))
  })

  test('has a README with the headings that all packages have', () => {
    expectNone(checkPackageReadme(dir, workspace.manifest.name ?? '', fileOf(workspace, 'README.md')))
  })
})

const others = workspaces.filter((workspace) => !packages.includes(workspace))

describe.each(others.map((workspace) => [workspace.dir, workspace] as const))('%s', (dir, workspace) => {
  test('is private and described', () => {
    expectNone(checkPrivate(workspace))
  })

  test('has a README when it is an app, of at most 150 lines', () => {
    const readme = fileOf(workspace, 'README.md')
    if (workspace.kind === 'apps' || readme !== undefined) expectNone(checkOtherReadme(`${dir}/README.md`, readme))
  })
})

describe('the repository itself', () => {
  const top = ['README.md', 'CONTRIBUTING.md'].filter(exists).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const files = [...top, ...readTextFiles('docs'), ...readTextFiles('.github'), ...readTextFiles('.ci'), ...readTextFiles('.changeset')]

  test('tells all error codes, and no others', () => {
    const contracts = workspaces.find(({ dir }) => dir === 'packages/interface')
    const errors = contracts && fileOf(contracts, 'src/errors.ts')
    if (contracts === undefined || errors === undefined) throw new Error('packages/interface/src/errors.ts is missing')
    const readmes = workspaces.flatMap((workspace) => fileOf(workspace, 'README.md') ?? [])
    expectNone(checkErrorCodes(errors, fileOf(contracts, 'README.md'), [...readmes, ...files.filter(({ path }) => path.endsWith('.md'))]))
  })

  test('has a README of at most 150 lines', () => {
    expectNone(
      checkOtherReadme(
        'README.md',
        top.find(({ path }) => path === 'README.md'),
      ),
    )
  })

  test('has no banned words in its documents', () => {
    expectNone(files.flatMap((file) => checkAnywhere(file)))
  })

  test('has links that lead somewhere', () => {
    const markdown = files.filter(({ path }) => path.endsWith('.md'))
    expectNone(markdown.flatMap((file) => checkLinks(file, exists)))
  })
})
