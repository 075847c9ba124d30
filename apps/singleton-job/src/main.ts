import { mkdirSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { SynodError } from '@synod/interface'
import { startNode } from 'synod'
import { parseOptions, usage } from './options.ts'
import type { AppOptions } from './options.ts'
import { runReports } from './report-job.ts'
import { ReportTable } from './report-table.ts'
import { runSingleton } from './singleton.ts'

/** Asks the supervisor (systemd, Kubernetes …) to start this process again. */
const restartPlease = 75

/** Written at once: a line must be out before a pause of the process, not after it. */
const log = (line: string): void => void writeSync(1, `${line}\n`)

async function main(options: AppOptions): Promise<number> {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
  for (const dir of [options.dataDir, dirname(options.table)]) mkdirSync(dir, { recursive: true })
  const table = new ReportTable(options.table)
  const node = await startNode({
    cluster: 'singleton-job',
    id: options.id,
    dataDir: options.dataDir,
    secret: process.env['SYNOD_SECRET'] ?? 'only-for-loopback',
    peers: options.peers,
    clients: { port: options.clientPort },
  })
  log(`${options.id} is up`)
  try {
    const { id, everyMs, computeMs, fenced } = options
    await runSingleton(node.client, {
      path: '/jobs/report',
      id,
      signal: stopping.signal,
      job: (leadership) => runReports(leadership, { id, table, everyMs, computeMs, fenced, log }),
    })
    return 0
  } catch (error) {
    if (!SynodError.is(error, 'SYNOD_SESSION_EXPIRED')) throw error
    log(`${options.id} was away for too long: ${error.message}`)
    return restartPlease
  } finally {
    await node.close()
    table.close()
  }
}

function readOptions(): AppOptions {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

process.exitCode = await main(readOptions())
