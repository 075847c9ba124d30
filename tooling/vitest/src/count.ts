import type { SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'
import type { Summary } from './summary.ts'

/**
 * Counts a whole run.
 *
 * @param modules every test file of the run
 * @param unhandled errors that no test caught
 * @param interrupted whether the run was broken off; that is a failure of its own, since tests may be missing
 */
export function count(modules: readonly TestModule[], unhandled: readonly SerializedError[], interrupted: boolean): Summary {
  const failures: string[] = []
  let passed = 0
  let skipped = 0
  for (const module of modules) {
    const file = module.relativeModuleId
    failures.push(...errorsOf(module).map((message) => `${file}: ${message}`))
    for (const suite of module.children.allSuites())
      failures.push(...errorsOf(suite).map((message) => `${file} > ${suite.fullName}: ${message}`))
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed += 1
      else if (state === 'failed') failures.push(`${file} > ${test.fullName}: ${firstLine(messageOf(test))}`)
      else if (state === 'skipped') skipped += 1
      else failures.push(`${file} > ${test.fullName}: did not finish`)
    }
  }
  failures.push(...unhandled.map((error) => `unhandled error: ${firstLine(error.message)}`))
  if (interrupted) failures.push('the run was interrupted')
  return { passed, failed: failures.length, skipped, failures }
}

/** Errors that belong to no test: a file that cannot be imported, a hook that failed. */
function errorsOf(owner: TestModule | TestSuite): string[] {
  return owner.errors().map((error) => firstLine(error.message))
}

function messageOf(test: TestCase): string {
  return test.result().errors?.[0]?.message ?? 'failed'
}

/** The first line of a message; the second with it when the first only announces a list. */
function firstLine(text: string): string {
  const [first = '', second = ''] = text.split('\n', 2)
  return first.endsWith(':') ? `${first} ${second}` : first
}
