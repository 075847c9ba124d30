import { SynodError } from '@synod/interface'
import { CliError } from './exit-codes.ts'

/** Writes a line to standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a value as one line of JSON. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value))
}

/** A remark for people; never on standard output, which belongs to the result. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Says on standard error why a command failed. */
export function printError(error: unknown, json: boolean): void {
  const code = SynodError.is(error) ? error.code : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (json) {
    const issues = SynodError.is(error) && error.issues.length > 0 ? { issues: error.issues } : {}
    remark(JSON.stringify({ error: { code: code ?? 'ERROR', message, ...issues } }))
    return
  }
  const unexpected = code === undefined && !(error instanceof CliError) && error instanceof Error
  remark(`synod: ${unexpected ? (error.stack ?? message) : message}${code === undefined ? '' : ` (${code})`}`)
}

/** A value in JSON: as text when it is UTF-8, else as base64. */
export function jsonValue(data: Uint8Array): { readonly value: string } | { readonly base64: string } {
  const text = textOf(data)
  return text === null ? { base64: Buffer.from(data).toString('base64') } : { value: text }
}

/** The text of these bytes; `null` when they are not UTF-8. */
export function textOf(data: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    return null
  }
}

/** Rows as columns of equal width, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
    })
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
