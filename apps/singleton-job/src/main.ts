import { mkdirSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { startNode } from 'synod'
import { parseOptions, usage } from './options.ts'
import type { AppOptions } from './options.ts'
import { runReports } from './report-job.ts'
import { ReportTable } from './report-table.ts'
import { runSingleton } from './singleton.ts'

/** A process that died or is paused keeps the job at most for so long. */
const sessionTimeoutMs = 4_000

/** Written at once: a line must be out before a pause of the process, not after it. */
const log = (line: string): void => void writeSync(1, `${line}\n`)

async function main(options: AppOptions): Promise<void> {
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
  node.on('halt', ({ error }) => stopping.abort(error))
  log(`${options.id} is up`)
  try {
    const { id, everyMs, computeMs, fenced } = options
    await runSingleton({
      path: '/jobs/report',
      id,
      connect: () => node.createClient({ sessionTimeoutMs }),
      signal: stopping.signal,
      job: (leadership) => runReports(leadership, { id, table, everyMs, computeMs, fenced, log }),
      log,
    })
  } finally {
    await node.close()
    table.close()
  }
  if (node.status().halted !== null) throw stopping.signal.reason
}

function readOptions(): AppOptions {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

await main(readOptions())
