import type { Violation } from '../violation.ts'
import { runTool } from './run-tool.ts'

interface Finding {
  readonly name: string
  readonly line?: number
}

type Issue = { readonly file: string } & Readonly<Record<string, unknown>>

/** What knip calls its lists, in words. */
const kinds: Readonly<Record<string, string>> = {
  binaries: 'calls a program that no dependency brings',
  catalog: 'is in the catalog, and nothing uses it',
  catalogReferences: 'is not in the catalog',
  dependencies: 'is a dependency that nothing uses',
  devDependencies: 'is a dev dependency that nothing uses',
  duplicates: 'is exported twice',
  enumMembers: 'is never used',
  exports: 'is exported, and nothing uses it',
  files: 'is a file that nothing uses',
  types: 'is an exported type that nothing uses',
  unlisted: 'is imported but not among the dependencies',
  unresolved: 'cannot be found',
}

/**
 * Looks for what nothing uses and for what is used but not declared.
 *
 * @throws when knip itself failed
 */
export function knip(): Violation[] {
  const { stdout, stderr } = runTool('knip', ['--reporter', 'json', '--no-progress'])
  return parseKnip(stdout || stderr)
}

/** Reads knip's JSON. Exported for the tests of tidy. */
export function parseKnip(json: string): Violation[] {
  let report: { issues?: readonly Issue[] }
  try {
    report = JSON.parse(json) as typeof report
  } catch (error) {
    throw new Error(`knip failed: ${json.slice(0, 2_000)}`, { cause: error })
  }
  if (report.issues === undefined) throw new Error(`knip gave no list: ${json.slice(0, 2_000)}`)
  return report.issues.flatMap((issue) =>
    Object.entries(issue).flatMap(([kind, findings]) => {
      if (!Array.isArray(findings)) return []
      const message = kinds[kind] ?? kind
      return (findings.flat() as Finding[]).map(({ name, line }) => ({
        where: line === undefined ? issue.file : `${issue.file}:${line}`,
        message: `${name} ${message}`,
      }))
    }),
  )
}
