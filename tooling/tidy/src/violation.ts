/** Something that breaks a rule: where, and what to do about it. */
export interface Violation {
  /** Path from the root, with `:line` behind it when there is one. */
  readonly where: string
  readonly message: string
}

/**
 * Fails with one line for each violation, and without the stack that says nothing here.
 *
 * @throws when there is any
 */
export function expectNone(violations: readonly Violation[]): void {
  if (violations.length === 0) return
  const lines = violations.map(({ where, message }) => `${where}: ${message}`)
  const error = new Error(lines.length === 1 ? lines[0] : `${lines.length} violations:\n${lines.join('\n')}`)
  error.stack = error.message
  throw error
}

/** The line number, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
