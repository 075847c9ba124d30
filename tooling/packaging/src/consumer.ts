import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { link } from './pack.ts'
import { root, run } from './run.ts'

/** The compilers that a user may have, by the path of the program. */
const compilers: Readonly<Record<string, string>> = {
  'TypeScript 5.9': join(root, 'tooling/packaging/node_modules/typescript-5.9/bin/tsc'),
  'TypeScript 7': join(root, 'node_modules/typescript/bin/tsc'),
}

const resolutions: Readonly<Record<string, object>> = {
  nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
}

/** Every way to compile a program that uses the packages: each compiler with each way to find modules. */
export const ways: readonly (readonly [compiler: string, resolution: string])[] = Object.keys(compilers).flatMap((compiler) =>
  Object.keys(resolutions).map((resolution) => [compiler, resolution] as const),
)

/**
 * Compiles a program that imports every entry of the packages, libraries' own types checked too.
 *
 * @param folder where the packages are installed
 * @throws with the compiler's complaints
 */
export function compileConsumer(folder: string, entries: readonly string[], [compiler, resolution]: (typeof ways)[number]): void {
  link(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  const project = join(folder, `consumer ${compiler} ${resolution}`)
  mkdirSync(project, { recursive: true })
  const imports = entries.map((entry, position) => `import * as entry${position} from '${entry}'\nvoid entry${position}\n`)
  writeFileSync(join(project, 'program.ts'), imports.join(''))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n')
  const compilerOptions = {
    ...resolutions[resolution],
    target: 'ES2022',
    lib: ['ES2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  run(process.execPath, [compilers[compiler] ?? '', '-p', '.', '--pretty', 'false'], project)
}
