import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ChaosResult } from '../run.ts'
import { anonymous } from './anonymous.ts'
import { reportPage } from './page.ts'

/** Elements of a list that are written at once. */
const pieceLength = 10_000

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
  writeJson(join(folder, 'history.json'), { ...origin, nodes, seed, durationMs, operations, anomalies, checks }, recording.toJSON())
  return page
}

/** One object in one file, list by list: the history of an hour is longer than a string may be. */
function writeJson(path: string, head: object, lists: object): void {
  const file = openSync(path, 'w')
  try {
    writeSync(file, `${JSON.stringify(head).slice(0, -1)},"recording":{`)
    for (const [at, [name, value]] of Object.entries(lists).entries()) {
      writeSync(file, `${at === 0 ? '' : ','}\n${JSON.stringify(name)}:`)
      if (Array.isArray(value)) writeList(file, value)
      else writeSync(file, JSON.stringify(value))
    }
    writeSync(file, '}}\n')
  } finally {
    closeSync(file)
  }
}

function writeList(file: number, list: readonly unknown[]): void {
  writeSync(file, '[')
  for (let from = 0; from < list.length; from += pieceLength) {
    const piece = list.slice(from, from + pieceLength).map((one) => JSON.stringify(one))
    writeSync(file, `${from === 0 ? '' : ','}\n${piece.join(',\n')}`)
  }
  writeSync(file, ']')
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
