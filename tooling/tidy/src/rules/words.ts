import { purePackages } from '../layers.ts'
import type { TextFile, Workspace } from '../repository.ts'
import { codeOnly } from '../source-text.ts'
import { lineAt } from '../violation.ts'
import type { Violation } from '../violation.ts'

/** A word that may not stand somewhere, and why. */
interface Ban {
  readonly pattern: RegExp
  readonly message: string
}

const inPure: readonly Ban[] = [
  { pattern: /\b(async|await)\b/g, message: 'is pure: nothing waits here' },
  { pattern: /\bMath\.random\b/g, message: 'is pure: randomness comes in with the event' },
  { pattern: /\b(new\s+Date|Date\.(now|parse|UTC))\b/g, message: 'is pure: time comes in with the event' },
  { pattern: /\b(Promise|Intl|globalThis|WeakRef|FinalizationRegistry)\b/g, message: 'is pure' },
  { pattern: /\.(sort|toSorted)\(\s*\)/g, message: 'sorts without a comparator: the order must be the same everywhere' },
]

const marks = ['TO' + 'DO', 'FIX' + 'ME']

const everywhere: readonly Ban[] = [
  { pattern: new RegExp(`\\b(${marks.join('|')})\\b(?!\\(#\\d+\\))`, 'g'), message: 'is unfinished: do it, or name the issue as in (#12)' },
  { pattern: /@ts-(ignore|nocheck|expect-error)/g, message: 'switches the type checker off' },
  { pattern: new RegExp(`/${'work'}/(main|shared)\\b|/${'home'}/[a-z]+/`, 'g'), message: 'is a path of one machine' },
  { pattern: new RegExp(`regis${'try'}\\.(npmjs|yarnpkg|npmmirror)\\.`, 'g'), message: 'names a package registry; use the configured one' },
]

/** Words that are banned by text: waiting and ambient calls in the pure packages, and everywhere unfinished work, switched-off types, paths of one machine. */
export function checkWords(workspace: Workspace): Violation[] {
  const pure = purePackages.includes(workspace.manifest.name ?? '')
  return workspace.files.flatMap((file) => [...checkAnywhere(file), ...(pure && isSource(workspace, file) ? checkPure(file) : [])])
}

/** The part of {@link checkWords} that holds for every file, also those that belong to no package. */
export function checkAnywhere(file: TextFile): Violation[] {
  return everywhere.flatMap((ban) => find(file, file.text, ban))
}

function checkPure(file: TextFile): Violation[] {
  const code = codeOnly(file.text, { keepStrings: false })
  return inPure.flatMap((ban) => find(file, code, ban))
}

function isSource({ dir }: Workspace, { path }: TextFile): boolean {
  return path.startsWith(`${dir}/src/`) && path.endsWith('.ts')
}

function find(file: TextFile, text: string, { pattern, message }: Ban): Violation[] {
  return [...text.matchAll(pattern)].map((match) => ({
    where: `${file.path}:${lineAt(text, match.index + match[0].length)}`,
    message: `"${match[0].trim()}" ${message}`,
  }))
}
