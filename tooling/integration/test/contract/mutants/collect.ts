import type { SuiteRunner } from '@synod/contract-tests'

/** The clauses of a suite, by name, without running any. */
export function collect(register: (runner: SuiteRunner) => void): Map<string, () => Promise<void>> {
  const checks = new Map<string, () => Promise<void>>()
  register({ describe: (_name, body) => body(), it: (name, body) => void checks.set(name, body) })
  return checks
}
