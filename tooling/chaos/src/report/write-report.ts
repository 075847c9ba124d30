import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ChaosResult } from '../run.ts'
import { anonymous } from './anonymous.ts'
import { reportPage } from './page.ts'

/** Writes `report.html` and `history.json` into a folder and gives the path of the page, which names no folder and no machine. */
export function writeReport(result: ChaosResult, folder: string, started: Date): string {
  mkdirSync(folder, { recursive: true })
  const page = join(folder, 'report.html')
  const cores = availableParallelism()
  const machine = `Node.js ${process.versions.node} on ${process.platform} ${process.arch}, ${cores} ${cores === 1 ? 'core' : 'cores'}`
  const origin = { commit: commitOf(), started: started.toISOString(), machine }
  const { recording, nodes, seed, durationMs, anomalies, checks } = result
  writeFileSync(page, anonymous(reportPage(result, origin)))
  const { operations } = recording
  writeFileSync(
    join(folder, 'history.json'),
    `${JSON.stringify({ ...origin, nodes, seed, durationMs, operations, anomalies, checks, recording })}\n`,
  )
  return page
}

function commitOf(): string {
  try {
    const git = (args: readonly string[]): string =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changed = git(['status', '--porcelain', '--untracked-files=no']) !== ''
    return `${git(['rev-parse', 'HEAD'])}${changed ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
