import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DefaultReporter } from 'vitest/node'
import type { SerializedError, TestModule, TestRunEndReason, Vitest } from 'vitest/node'
import { count } from './count.ts'
import { summaryLine } from './summary.ts'

/** Where the result of the last run is, relative to the root. Read by `.ci/run`. */
export const SUMMARY_FILE = '.test-results/summary.json'

/**
 * Vitest's default reporter, and at the end the result as a file and as the last line: `N passed, N failed`.
 * A file of an earlier run is removed at the start, so that a run that dies leaves none.
 */
export default class CountingReporter extends DefaultReporter {
  #file = SUMMARY_FILE

  override onInit(vitest: Vitest): void {
    this.#file = join(vitest.config.root, SUMMARY_FILE)
    rmSync(this.#file, { force: true })
    super.onInit(vitest)
  }

  override onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    super.onTestRunEnd(modules, unhandled, reason)
    const summary = count(modules, unhandled, reason === 'interrupted')
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, `${JSON.stringify({ line: summaryLine(summary), ...summary }, null, 2)}\n`)
    this.ctx.logger.log(summaryLine(summary))
  }
}
