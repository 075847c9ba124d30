import { setTimeout as pause } from 'node:timers/promises'
import type { Leadership } from '@synod/recipes/leader-election'
import type { ReportTable } from './report-table.ts'

export interface ReportJobOptions {
  readonly id: number
  readonly table: ReportTable
  readonly everyMs: number
  /** How long the computation of a report takes. It is synchronous: no signal can interrupt it. */
  readonly computeMs: number
  /** False: the proof of what happens without it. */
  readonly fenced: boolean
  readonly log: (line: string) => void
}

/** The job itself: a report every `everyMs`, for as long as this process is the one. */
export async function runReports(leadership: Leadership, options: ReportJobOptions): Promise<void> {
  const { id, everyMs, log } = options
  log(`${id} is the one, token ${leadership.fencingToken}`)
  while (leadership.held) {
    if (!report(leadership, options)) break
    await pause(everyMs, undefined, { signal: leadership.signal }).catch(() => undefined)
  }
  log(`${id} is not the one any more`)
}

/** One report. Between the check of `held` and the write, this process may be paused for any time: only the fence sees that. */
function report(leadership: Leadership, options: ReportJobOptions): boolean {
  const { id, table, fenced, log } = options
  log(`${id} computes`)
  const row = { value: compute(id, options.computeMs), fence: leadership.fencingToken }
  const rows = fenced ? table.write('daily', row) : table.writeUnfenced('daily', row)
  log(`${id} wrote ${rows} row${rows === 1 ? '' : 's'} with token ${row.fence}${rows === 0 ? ': fenced' : ''}`)
  return rows === 1
}

function compute(id: number, ms: number): string {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  return `report of process ${id}`
}
