/** What one run of the tests came to. `failed` also counts files that could not be collected, failed hooks and unhandled errors. */
export interface Summary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** One line for each failure: where, and its message's first line. */
  readonly failures: readonly string[]
}

/**
 * The result line, the last that a run of the tests prints.
 *
 * @returns `12 passed, 0 failed`, with `, 1 skipped` behind it when tests were skipped
 */
export function summaryLine(summary: Summary): string {
  const line = `${summary.passed} passed, ${summary.failed} failed`
  return summary.skipped === 0 ? line : `${line}, ${summary.skipped} skipped`
}
