import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inScratch } from './scratch.ts'

const counter = join(import.meta.dirname, 'children/counter.ts')
const mayTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

/** The sync calls that the counter makes between its marks, by strace. */
async function tracedSyncs(directory: string, args: readonly string[]): Promise<number> {
  const trace = join(directory, 'trace')
  spawnSync('strace', [
    '-f',
    '-o',
    trace,
    '-e',
    'trace=write,fsync,fdatasync,sync_file_range,msync',
    '-s',
    '16',
    process.execPath,
    counter,
    ...args,
  ])
  const lines = (await readFile(trace, 'utf8')).split('\n')
  const begin = lines.findIndex((line) => line.includes('BEGIN-MARK'))
  const end = lines.findIndex((line) => line.includes('END-MARK'))
  expect(begin >= 0 && end > begin, 'both marks are in the trace').toBe(true)
  const calls = lines.slice(begin, end).flatMap((line) => /\b(fsync|fdatasync|sync_file_range|msync)\(/.exec(line)?.[1] ?? [])
  // Which of the two it is depends on how SQLite was compiled; both wait for the disk.
  expect(calls.every((call) => call === 'fsync' || call === 'fdatasync')).toBe(true)
  return calls.length
}

/** Transactions in the write-ahead log that the counter leaves behind: its frames that carry a size of the database. */
async function transactions(store: string, args: readonly string[]): Promise<number> {
  const run = spawnSync(process.execPath, [counter, ...args], { encoding: 'utf8' })
  expect(run.stdout, run.stderr).toContain('END-MARK')
  const wal = await readFile(join(store, 'synod.db-wal'))
  const frameBytes = 24 + wal.readUInt32BE(8)
  let commits = 0
  for (let at = 32; at + frameBytes <= wal.length; at += frameBytes) {
    if (wal.readUInt32BE(at + 4) !== 0 && wal.subarray(at + 8, at + 16).equals(wal.subarray(16, 24))) commits += 1
  }
  // Formatting is one transaction, the batch before the first mark another.
  return commits - 2
}

interface Load {
  readonly count: number
  readonly together: boolean
  /** Which thread syncs. */
  readonly where: 'worker' | 'caller'
}

function measured({ count, together, where }: Load, measure: 'syncs' | 'transactions'): Promise<number> {
  let result = 0
  return inScratch(async (directory) => {
    const store = join(directory, 'store')
    const args = [store, String(count), together ? 'together' : '', where === 'worker' ? '0' : '1000']
    result = measure === 'syncs' ? await tracedSyncs(directory, args) : await transactions(store, args)
  }).then(() => result)
}

const means = mayTrace ? (['transactions', 'syncs'] as const) : (['transactions'] as const)
const note = mayTrace ? '' : " (no strace here: sync calls are not counted, SQLite's synchronous=FULL is read back at open)"

for (const measure of means) {
  for (const where of ['worker', 'caller'] as const) {
    describe(`${measure} in the thread of the ${where}${note}`, () => {
      it('are one for each append that waits for the one before', { timeout: 120_000 }, async () => {
        // The first sync of a connection is followed by one of the directory.
        const more = measure === 'syncs' && where === 'caller' ? 1 : 0
        expect(await measured({ count: 100, together: false, where }, measure)).toBe(100 + more)
      })

      it('are far fewer than the appends that wait together', { timeout: 120_000 }, async () => {
        const found = await measured({ count: 500, together: true, where }, measure)
        expect(found).toBeGreaterThan(0)
        expect(found).toBeLessThan(100)
      })
    })
  }
}
