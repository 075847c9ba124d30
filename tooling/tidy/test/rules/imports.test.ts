import { describe, expect, test } from 'vitest'
import { checkCycles } from '../../src/rules/cycles.ts'
import { checkImports } from '../../src/rules/imports.ts'
import { makeWorkspace } from './make-workspace.ts'

const problems = (dir: string, path: string, text: string): string[] =>
  checkImports(makeWorkspace(dir, { [path]: text })).map(({ where, message }) => `${where}: ${message}`)

describe('imports of a package', () => {
  test('what its layer allows is fine, subpaths included', () => {
    expect(
      problems('packages/replica', 'src/a.ts', "import type { A } from '@synod/interface/protocol'\nexport * from '@synod/wire'\n"),
    ).toEqual([])
    expect(problems('packages/client', 'src/a.ts', "import { encode } from '@synod/tree/commands'\nimport 'node:net'\n")).toEqual([])
  })

  test('a package above is not', () => {
    expect(problems('packages/wire', 'src/a.ts', "\nimport { Replica } from '@synod/replica'\n")).toEqual([
      'packages/wire/src/a.ts:2: imports @synod/replica; @synod/wire may import @synod/interface/protocol',
    ])
  })

  test('an allowed subpath does not allow the whole package, nor its namesakes', () => {
    expect(problems('packages/client', 'src/a.ts', "import { Tree } from '@synod/tree'\n")).toHaveLength(1)
    expect(problems('packages/wire', 'src/a.ts', "import '@synod/interface/protocol-old'\n")).toHaveLength(1)
  })

  test('dynamic imports, types and re-exports count; comments and strings do not', () => {
    expect(
      problems('packages/wire', 'src/a.ts', "await import('@synod/tree')\nimport type { T } from 'ws'\nexport * from 'left'\n"),
    ).toHaveLength(3)
    expect(problems('packages/wire', 'src/a.ts', "// import 'ws'\n/** from 'ws' */\nconst a = \"x\"\n")).toEqual([])
    expect(problems('packages/wire', 'src/a.ts', "const bytes = Buffer.from('ws')\n")).toEqual([])
  })

  test('Node.js modules only where allowed', () => {
    expect(problems('packages/tree', 'src/a.ts', "import 'node:fs'\n")[0]).toContain('may not use Node.js modules')
  })

  test('a package without a layer is found', () => {
    expect(problems('packages/new', 'src/a.ts', "import 'node:fs'\n")[0]).toContain('has no layer')
  })

  test('a dependency that its layer does not allow is found in package.json', () => {
    const workspace = makeWorkspace('packages/wire', {}, { dependencies: { '@synod/tree': 'workspace:^' } })
    expect(checkImports(workspace)[0]?.message).toContain('depends on @synod/tree')
  })
})

describe('imports of tests, apps and tooling', () => {
  test('tests may use packages below, contract-tests and memory, not packages above', () => {
    expect(
      problems('packages/replica', 'test/a.test.ts', "import '@synod/memory'\nimport '@synod/contract-tests'\nimport '@synod/wire'\n"),
    ).toEqual([])
    expect(problems('packages/replica', 'test/a.test.ts', "import '@synod/client'\n")).toHaveLength(1)
    expect(problems('packages/recipes', 'test/a.test.ts', "import '@synod/sim'\nimport '@synod/client'\n")).toEqual([])
  })

  test('tests do not reach into src', () => {
    expect(problems('packages/wire', 'test/a.test.ts', "import '../src/a.ts'\n")[0]).toContain('by name')
  })

  test('nobody leaves its folder by a path, and no package or app imports tooling', () => {
    expect(problems('apps/demo', 'src/a.ts', "import '../../../packages/wire/src/index.ts'\n")[0]).toContain('out of its folder')
    expect(problems('apps/demo', 'src/a.ts', "import '@tooling/tidy'\n")[0]).toContain('nothing imports tooling')
    expect(problems('tooling/demo', 'src/a.ts', "import '@tooling/tidy'\n")).toEqual([])
  })
})

describe('cycles', () => {
  const one = (dir: string, manifest: object): ReturnType<typeof makeWorkspace> => makeWorkspace(dir, {}, manifest)

  test('a cycle through a dev dependency is found, and told once', () => {
    const found = checkCycles([
      one('packages/a', { dependencies: { '@synod/b': '1' } }),
      one('packages/b', { devDependencies: { '@synod/c': '1' } }),
      one('packages/c', { dependencies: { '@synod/a': '1' } }),
    ])
    expect(found.map(({ message }) => message)).toEqual(['is in a cycle: @synod/a → @synod/b → @synod/c → @synod/a'])
  })

  test('a diamond is none', () => {
    const found = checkCycles([
      one('packages/a', { dependencies: { '@synod/b': '1', '@synod/c': '1' } }),
      one('packages/b', { dependencies: { '@synod/d': '1' } }),
      one('packages/c', { dependencies: { '@synod/d': '1' } }),
      one('packages/d', {}),
    ])
    expect(found).toEqual([])
  })
})
