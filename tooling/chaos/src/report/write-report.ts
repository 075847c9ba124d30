import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChaosResult } from '../run.ts'
import { reportPage } from './page.ts'

/** Writes `report.html` and `history.json` into a folder and gives the path of the page. */
export function writeReport(result: ChaosResult, folder: string, started: Date): string {
  mkdirSync(folder, { recursive: true })
  const page = join(folder, 'report.html')
  const origin = { commit: commitOf(), started: started.toISOString() }
  const { recording, nodes, seed, anomalies, checks } = result
  writeFileSync(page, reportPage(result, origin))
  const { operations } = recording
  writeFileSync(join(folder, 'history.json'), `${JSON.stringify({ ...origin, nodes, seed, operations, anomalies, checks, recording })}\n`)
  return page
}

function commitOf(): string {
  try {
    const git = (args: readonly string[]): string =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changed = git(['status', '--porcelain', '--untracked-files=no']) !== ''
    return `${git(['rev-parse', '--short=10', 'HEAD'])}${changed ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
