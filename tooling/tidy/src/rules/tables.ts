import { fileOf } from '../repository.ts'
import type { TextFile, Workspace } from '../repository.ts'
import { codeOnly } from '../source-text.ts'
import { lineAt } from '../violation.ts'
import type { Violation } from '../violation.ts'

const CODE = /\bSYNOD_[A-Z][A-Z0-9_]*\b/g

/** Variables of the environment, which look like error codes. */
const ENVIRONMENT = new Set([
  ...['SYNOD_SERVERS', 'SYNOD_CLUSTER', 'SYNOD_SECRET', 'SYNOD_FENCING_TOKEN', 'SYNOD_HELD_PATH', 'SYNOD_ID', 'SYNOD_DATA_DIR'],
  ...['SYNOD_REWRITE_TRACES', 'SYNOD_WRITE_GOLDEN'],
])

/** Every error code stands in the table of `packages/interface/README.md`, and no document names a code that does not exist. */
export function checkErrorCodes(errors: TextFile, table: TextFile | undefined, documents: readonly TextFile[]): Violation[] {
  const codes = new Set(errors.text.match(CODE))
  const told = new Set(table?.text.match(CODE))
  const untold = [...codes]
    .filter((code) => !told.has(code))
    .map((code) => ({ where: table?.path ?? errors.path, message: `does not list ${code}` }))
  const unknown = documents.flatMap(({ path, text }) =>
    [...text.matchAll(CODE)]
      .filter(([code]) => !codes.has(code) && !ENVIRONMENT.has(code))
      .map((match) => ({ where: `${path}:${lineAt(text, match.index)}`, message: `names ${match[0]}, which is no error code` })),
  )
  return [...untold, ...unknown]
}

/** Every option that a package's `index.ts` exports a type for (`XOptions`) stands in the README, in backticks. */
export function checkOptions(workspace: Workspace): Violation[] {
  const index = fileOf(workspace, 'src/index.ts')?.text ?? ''
  const readme = fileOf(workspace, 'README.md')
  return workspace.files
    .filter(({ path }) => path.startsWith(`${workspace.dir}/src/`))
    .flatMap(({ path, text }) => optionsOf(text).map((found) => ({ ...found, path })))
    .filter(({ type }) => new RegExp(`\\b${type}\\b`).test(index))
    .filter(({ option }) => !(readme?.text ?? '').includes(`\`${option}`))
    .map(({ type, option, path }) => ({ where: `${workspace.dir}/README.md`, message: `does not tell \`${option}\` of ${type} (${path})` }))
}

function optionsOf(text: string): { type: string; option: string }[] {
  const code = codeOnly(text, { keepStrings: false })
  return [...code.matchAll(/export interface (\w+Options)\b[^{]*\{\n([\s\S]*?)\n\}/g)].flatMap(([, type = '', body = '']) =>
    [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??(?:\(|:)/gm)].map(([, option = '']) => ({ type, option })),
  )
}
