import { homedir, hostname, tmpdir } from 'node:os'
import { resolve } from 'node:path'

/** What a page that is kept must not tell, and what stands there instead. */
export interface Names {
  readonly repository: string
  readonly temporary: string
  readonly home: string
  readonly host: string
}

const here: Names = { repository: resolve(import.meta.dirname, '../../../..'), temporary: tmpdir(), home: homedir(), host: hostname() }

/** The text without folders and name of the machine that it was made on: errors and outputs of servers name them. */
export function anonymous(text: string, names: Names = here): string {
  const folders = [
    [names.repository, '.'],
    [names.temporary, '[temporary folder]'],
    [names.home, '[home]'],
  ] as const
  let told = text
  for (const [folder, instead] of folders) if (folder.length > 1) told = told.replaceAll(folder, instead)
  if (names.host === '' || names.host === 'localhost') return told
  return told.replaceAll(new RegExp(`(?<![\\w.-])${RegExp.escape(names.host)}(?![\\w-])`, 'g'), '[host]')
}
