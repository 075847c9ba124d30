import { CommanderError } from 'commander'
import { unseenKinds } from './nemesis/plan.ts'
import { parseOptions } from './options.ts'
import type { ChaosOptions } from './options.ts'
import { writeReport } from './report/write-report.ts'
import { runChaos } from './run.ts'

/** A run shorter than this may end before the first fault has come and gone. */
const emptyRunMs = 10_000
/** In a run of this length every kind of fault comes. */
const fullRunMs = 180_000

// Not left to Node.js: with sockets of killed servers still about, its own clean-up may wait for them for ever, at full speed.
process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  let options: ChaosOptions
  try {
    options = parseOptions(args, (text) => process.stdout.write(text))
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
  const started = new Date()
  const durationMs = options.minutes * 60_000
  const result = await runChaos({ nodes: options.nodes, seed: options.seed, durationMs, say: (line) => console.log(line) })
  const page = writeReport(result, options.out, started)
  const { recording, checks, anomalies } = result
  console.log('')
  for (const { name, looked, anomalies: its } of checks) {
    console.log(`${its.length === 0 ? '✓' : '✗'} ${name}: ${looked}`)
    for (const anomaly of its) console.log(anomaly.replaceAll(/^/gm, '    '))
  }
  console.log(`\nreport: ${page}`)
  const unseen = unseenKinds(recording.faults)
  const untested = durationMs >= fullRunMs ? unseen.length > 0 : recording.faults.length === 0 && durationMs >= emptyRunMs
  if (untested) console.log(`faults that never came: ${unseen.join(', ')}; this run says nothing about them`)
  console.log(`${recording.operations} operations, ${recording.faults.length} faults, ${anomalies} anomalies`)
  return anomalies === 0 && !untested ? 0 : 1
}
