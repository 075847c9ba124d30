import type { Violation } from '../violation.ts'
import { runTool } from './run-tool.ts'

/** One complaint of the linter. */
export interface Complaint extends Violation {
  readonly file: string
  /** Such as `max-params`. */
  readonly rule: string
}

interface Diagnostic {
  readonly message: string
  readonly code?: string
  readonly filename: string
  readonly labels?: readonly { readonly span?: { readonly line?: number } }[]
}

/**
 * Lints everything with type information and fixes nothing.
 *
 * @throws when the linter itself failed
 */
export function lint(): Complaint[] {
  const { stdout, stderr } = runTool('oxlint', ['--format=json'])
  return parseLint(stdout || stderr)
}

/** Reads the linter's JSON. Exported for the tests of tidy. */
export function parseLint(json: string): Complaint[] {
  let report: { diagnostics?: readonly Diagnostic[] }
  try {
    report = JSON.parse(json) as typeof report
  } catch (error) {
    throw new Error(`the linter failed: ${json.slice(0, 2_000)}`, { cause: error })
  }
  if (report.diagnostics === undefined) throw new Error(`the linter gave no list: ${json.slice(0, 2_000)}`)
  return report.diagnostics.map(({ message, code = '', filename, labels }) => {
    const line = labels?.[0]?.span?.line
    const rule = /\(([^)]+)\)$/.exec(code)?.[1] ?? code
    return { file: filename, rule, where: line === undefined ? filename : `${filename}:${line}`, message: `${message} [${rule}]` }
  })
}
