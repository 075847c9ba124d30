import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Runs the counter under strace and returns the names of the sync calls between its marks. */
async function syncCalls(count: number, together: boolean): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'synod-sync-'))
  try {
    const trace = join(directory, 'trace')
    execFileSync('strace', ['-f', '-o', trace, '-e', 'trace=write,fsync,fdatasync,sync_file_range,msync', '-s', '16', process.execPath,
      join(import.meta.dirname, 'children/counter.ts'), join(directory, 'store'), String(count), together ? 'together' : ''])
    const lines = (await readFile(trace, 'utf8')).split('\n')
    const begin = lines.findIndex((line) => line.includes('BEGIN-MARK'))
    const end = lines.findIndex((line) => line.includes('END-MARK'))
    expect(begin >= 0 && end > begin, 'both marks are in the trace').toBe(true)
    return lines.slice(begin, end).flatMap((line) => /\b(fsync|fdatasync|sync_file_range|msync)\(/.exec(line)?.[1] ?? [])
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('sync calls, as strace sees them', () => {
  it('are one for each append that waits for the one before', { timeout: 120_000 }, async () => {
    const calls = await syncCalls(100, false)
    expect(calls).toHaveLength(100)
    // Which of the two it is depends on how SQLite was compiled; both wait for the disk.
    expect(calls.every((call) => call === 'fsync' || call === 'fdatasync')).toBe(true)
  })

  it('are far fewer than the appends that wait together', { timeout: 120_000 }, async () => {
    const calls = await syncCalls(500, true)
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.length).toBeLessThan(100)
  })
})
