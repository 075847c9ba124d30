import { posix } from 'node:path'
import type { TextFile } from '../repository.ts'
import { lineAt } from '../violation.ts'
import type { Violation } from '../violation.ts'

/** Relative links of a Markdown file that lead nowhere. */
export function checkLinks(file: TextFile, exists: (path: string) => boolean): Violation[] {
  const prose = file.text.replace(/^(```|~~~)[\s\S]*?^\1[ \t]*$/gm, (block) => block.replace(/[^\n]/g, ' '))
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = (match[1] ?? '').replace(/#.*$/, '')
    if (target === '' || /^[a-z]+:/i.test(target)) return []
    const path = posix.join(posix.dirname(file.path), target)
    return exists(path)
      ? []
      : [{ where: `${file.path}:${lineAt(prose, match.index)}`, message: `links to ${target}, which does not exist` }]
  })
}
