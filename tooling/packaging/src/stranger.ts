import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileConsumer, ways } from './consumer.ts'
import { loadBothWays } from './load.ts'
import type { Package } from './packages.ts'
import { nodes, root, run } from './run.ts'

/** One thing that a user who knows only the tarballs does; `run` throws when it does not work. */
export interface Step {
  readonly does: string
  readonly run: () => void
}

/**
 * Everything a stranger does with the packages, in order: install all of them together in an empty folder, load them with both module systems on the
 * oldest and the pinned Node.js, run the program of the README, use the command line, compile against the types.
 *
 * @param folder an empty folder outside the repository
 */
export function strangerSteps(folder: string, packages: readonly Package[], tarballs: readonly string[]): Step[] {
  const entries = packages.flatMap((one) => one.entries)
  const programs = packages.flatMap(({ name, programs: own }) => Object.values(own).map((path) => join('node_modules', name, path)))
  return [
    { does: `npm install of ${tarballs.length} tarballs in an empty folder`, run: () => install(folder, tarballs) },
    ...Object.values(nodes).flatMap((node) => {
      const version = run(node, ['--version'], root).trim()
      return [
        {
          does: `require() and import of ${entries.length} entries on Node.js ${version}`,
          run: () => entries.forEach((entry) => loadBothWays(node, folder, entry)),
        },
        { does: `the README's program on Node.js ${version}`, run: () => runReadme(node, folder) },
        { does: `synod --help on Node.js ${version}`, run: () => programs.forEach((path) => run(node, [path, '--help'], folder)) },
      ]
    }),
    ...ways.map((way) => ({ does: `a program compiles with ${way.join(', ')}`, run: () => compileConsumer(folder, entries, way) })),
  ]
}

function install(folder: string, tarballs: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n')
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], folder)
}

function runReadme(node: string, folder: string): void {
  const readme = join(root, 'README.md')
  const program = existsSync(readme) ? /^```ts run\n([\s\S]*?)^```$/m.exec(readFileSync(readme, 'utf8'))?.[1] : undefined
  if (program === undefined) throw new Error('README.md has no block "```ts run"')
  writeFileSync(join(folder, 'readme.ts'), program)
  run(node, ['--experimental-strip-types', '--no-warnings', 'readme.ts'], folder)
}
