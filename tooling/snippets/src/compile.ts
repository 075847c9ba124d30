import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './documents.ts'

const settings = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    module: 'NodeNext',
    moduleDetection: 'force',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
}

/**
 * Compiles every file of a folder with the repository's TypeScript, as strict as a reader's project may be.
 *
 * @returns the complaints by file name, each with its line in the file
 * @throws when the compiler itself failed
 */
export function compileFolder(folder: string): Map<string, { line: number; message: string }[]> {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const ended = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const complaints = new Map<string, { line: number; message: string }[]>()
  for (const [, file = '', line, message = ''] of ended.stdout.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+: .*)$/gm)) {
    const list = complaints.get(basename(file)) ?? []
    list.push({ line: Number(line), message })
    complaints.set(basename(file), list)
  }
  if (ended.status !== 0 && complaints.size === 0) throw new Error(`the compiler failed: ${ended.stdout}${ended.stderr}`)
  return complaints
}
