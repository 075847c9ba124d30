/**
 * The two functions of a test runner that the suites need: those of vitest, node:test, mocha and jest all fit.
 * `it` must run its bodies one after the other and treat a rejection as a failure.
 */
export interface SuiteRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

/** One clause of a port, as a test. The name of the clause is the name of the test. */
export interface Clause<Context> {
  readonly name: string
  readonly check: (context: Context) => Promise<void>
}

/** Registers each clause as a test that gets a context of its own, which is disposed of whatever happens. */
export function runClauses<Context>(
  runner: SuiteRunner,
  clauses: readonly Clause<Context>[],
  withContext: (check: (context: Context) => Promise<void>) => Promise<void>,
): void {
  for (const clause of clauses) runner.it(clause.name, () => withContext(clause.check))
}
