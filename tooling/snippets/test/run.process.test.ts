import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSnippets, writeSnippets } from '../src/documents.ts'
import { matchesOutput } from '../src/extract.ts'

const { written } = writeSnippets(
  'run',
  readSnippets().filter(({ mode }) => mode === 'run'),
)

describe('programs in documents run', () => {
  test('there is one', () => {
    expect(written.length).toBeGreaterThan(0)
  })

  for (const { file, line, path, output } of written) {
    test(`${file}:${line}`, () => {
      const cwd = mkdtempSync(join(tmpdir(), 'synod-snippet-'))
      const ended = spawnSync(process.execPath, [path], { cwd, encoding: 'utf8', timeout: 30_000 })
      rmSync(cwd, { recursive: true, force: true })
      expect(ended.status, ended.error?.message ?? ended.stderr).toBe(0)
      if (output !== undefined && !matchesOutput(output, ended.stdout)) expect(ended.stdout).toBe(output)
    })
  }
})
