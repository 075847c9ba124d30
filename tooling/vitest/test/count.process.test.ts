import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { summaryLine } from '../src/summary.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = join(here, '..', '.scratch')

beforeAll(() => mkdirSync(folder, { recursive: true }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs vitest with the reporter over these files, and gives what it wrote. */
function runOver(files: Record<string, string>): { line: string; passed: number; failed: number; skipped: number; failures: string[] } {
  const root = mkdtempSync(join(folder, 'run-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  const reporter = fileURLToPath(new URL('../src/reporter.ts', import.meta.url))
  const ended = spawnSync(process.execPath, [vitest, 'run', '--root', root, '--reporter', reporter], { encoding: 'utf8' })
  expect(existsSync(join(root, '.test-results/summary.json')), ended.stdout + ended.stderr).toBe(true)
  return JSON.parse(readFileSync(join(root, '.test-results/summary.json'), 'utf8'))
}

const header = "import { afterAll, beforeAll, describe, expect, test } from 'vitest'\n"

test('passed, failed and skipped tests are counted', () => {
  const summary = runOver({
    'a.test.ts': `${header}test('a', () => {})\ntest('b', () => { expect(1).toBe(2) })\ntest.skip('c', () => {})\ndescribe('d', () => { test('e', () => {}) })\n`,
  })
  expect(summary.line).toBe('2 passed, 1 failed, 1 skipped')
  expect(summary.failures[0]).toContain('a.test.ts > b')
})

test('a file that cannot be collected, a failed hook and an unhandled error are failures', () => {
  const summary = runOver({
    'import.test.ts': `${header}import './nowhere.ts'\ntest('a', () => {})\n`,
    'hook.test.ts': `${header}afterAll(() => { throw new Error('from the hook') })\ntest('a', () => {})\n`,
    'unhandled.test.ts': `${header}test('a', () => { void Promise.reject(new Error('nobody caught me')) })\n`,
  })
  expect(summary.failures.join('\n')).toMatch(/import\.test\.ts: .*nowhere/)
  expect(summary.failures.join('\n')).toContain('hook.test.ts: from the hook')
  expect(summary.failures.join('\n')).toContain('unhandled error: nobody caught me')
  expect([summary.passed, summary.failed]).toEqual([2, 3])
})

test('nothing skipped is not mentioned', () => {
  expect(summaryLine({ passed: 3, failed: 0, skipped: 0, failures: [] })).toBe('3 passed, 0 failed')
})
