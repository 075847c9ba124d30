import type { TextFile } from '../repository.ts'
import type { Violation } from '../violation.ts'

/** The headings of every package's README, in this order. */
export const PACKAGE_HEADINGS: readonly string[] = [
  'Install',
  'Usage',
  'Options',
  'Guarantees',
  'Errors',
  'Wire or file format',
  'Limits',
  'See also',
]

const FEWEST_LINES = 60
const MOST_LINES = 150

/** A package's README: title and one sentence, the same headings everywhere, 60 to 150 lines. */
export function checkPackageReadme(dir: string, name: string, file: TextFile | undefined): Violation[] {
  const where = `${dir}/README.md`
  if (file === undefined) return [{ where, message: 'is missing' }]
  const { title, headings, lines, sentence } = outline(file.text)
  const wrong: string[] = []
  if (title !== name) wrong.push(`the title must be "# ${name}" (is ${title === undefined ? 'missing' : `"# ${title}"`})`)
  if (!sentence) wrong.push('one sentence must follow the title')
  if (JSON.stringify(headings) !== JSON.stringify(PACKAGE_HEADINGS)) {
    wrong.push(`the headings must be ${PACKAGE_HEADINGS.join(' · ')} (are ${headings.join(' · ') || 'none'})`)
  }
  if (lines < FEWEST_LINES || lines > MOST_LINES) wrong.push(`has ${lines} lines; ${FEWEST_LINES} to ${MOST_LINES} are wanted`)
  return wrong.map((message) => ({ where, message }))
}

/** The README of the repository or of an app: there, and at most 150 lines. */
export function checkOtherReadme(where: string, file: TextFile | undefined): Violation[] {
  if (file === undefined) return [{ where, message: 'is missing' }]
  const { lines } = outline(file.text)
  return lines > MOST_LINES ? [{ where, message: `has ${lines} lines; at most ${MOST_LINES} are wanted` }] : []
}

function outline(text: string): { title: string | undefined; headings: string[]; lines: number; sentence: boolean } {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1[ \t]*$/gm, '')
  const afterTitle = /^# .*\n+(.*)/.exec(prose)?.[1] ?? ''
  return {
    title: /^# `?(.+?)`?$/m.exec(prose)?.[1],
    headings: [...prose.matchAll(/^## (.+)$/gm)].map((match) => (match[1] ?? '').trim()),
    lines: text.trimEnd().split('\n').length,
    sentence: afterTitle !== '' && !afterTitle.startsWith('#'),
  }
}
