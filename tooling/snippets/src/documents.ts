import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extractSnippets } from './extract.ts'
import type { Snippet } from './extract.ts'

/** The top folder of the repository. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** The TypeScript blocks of every README and of everything in `docs/`. */
export function readSnippets(): Snippet[] {
  const readmes = ['packages', 'apps', 'tooling'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => `${kind}/${name}/README.md`),
  )
  const documents = ['README.md', 'CONTRIBUTING.md', ...readmes, ...markdownUnder('docs')]
  return documents
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => extractSnippets(path, readFileSync(join(root, path), 'utf8')))
}

function markdownUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .toSorted()
    .map((path) => `${folder}/${path}`)
}

/** A snippet as a file of its own, inside `tooling/snippets`, from where every package can be imported by name. */
export interface WrittenSnippet extends Snippet {
  readonly path: string
}

/**
 * Writes each snippet into a file of its own.
 *
 * @param folder name of the folder, which is emptied first
 */
export function writeSnippets(
  folder: string,
  snippets: readonly Snippet[],
): { readonly folder: string; readonly written: WrittenSnippet[] } {
  const target = fileURLToPath(new URL(`../.scratch/${folder}/`, import.meta.url))
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const written = snippets.map((snippet) => {
    const path = join(target, `${snippet.file.replaceAll(/[^\w]+/g, '-')}-line-${snippet.line}.ts`)
    writeFileSync(path, snippet.code)
    return { ...snippet, path }
  })
  return { folder: target, written }
}
