import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommanderError } from 'commander'
import { ensure } from '@tooling/launcher/system-packages'
import type { Recipe } from './ensembles/ensemble.ts'
import { etcd } from './ensembles/etcd.ts'
import { Guard } from './ensembles/guard.ts'
import { pipeline } from './ensembles/pipeline.ts'
import { synod } from './ensembles/synod.ts'
import { zookeeper } from './ensembles/zookeeper.ts'
import { describeMachine } from './machine.ts'
import { measureByTurns } from './measure-system.ts'
import type { Bench } from './measure-system.ts'
import { parseOptions } from './options.ts'
import type { BenchOptions } from './options.ts'
import { Progress, timeText } from './progress.ts'
import { renderReport } from './report/render.ts'
import { judge } from './report/targets.ts'
import type { Report, Results, SystemResult } from './results.ts'
import { stepsOf } from './steps.ts'
import { titles } from './systems.ts'
import type { System } from './systems.ts'

/** The Debian packages that the peers come from. */
const packages: Readonly<Record<System, readonly string[]>> = {
  synod: [],
  zookeeper: ['zookeeper', 'libzookeeper-java'],
  etcd: ['etcd-server'],
  pipeline: [],
}

async function main(options: BenchOptions, signal: AbortSignal): Promise<number> {
  const guard = new Guard()
  try {
    const secondsOf = (system: System): number => stepsOf(options, system).reduce((sum, { seconds }) => sum + seconds, 0)
    const secondsAll = options.only.reduce((sum, system) => sum + secondsOf(system), 0)
    const progress = new Progress(process.stderr, secondsAll)
    progress.say(`measuring ${options.only.map((system) => titles[system]).join(', ')}: about ${timeText(secondsAll)}`)
    const startedAt = new Date().toISOString()
    const machine = describeMachine(guard.folder)
    const results: Partial<Record<System, SystemResult>> = {}
    const benches: Bench[] = []
    for (const system of options.only) {
      const available = ensure([...packages[system]])
      if (available.ok) {
        benches.push({ system, options, guard, progress, signal, recipe: () => recipeOf(system, options) })
      } else {
        progress.skip(secondsOf(system))
        progress.say(`${titles[system]} is absent: ${available.reason}`)
        results[system] = { state: 'absent', reason: available.reason }
      }
    }
    for (const group of options.turns ? [benches] : benches.map((bench) => [bench])) {
      const measured = await measureByTurns(group)
      for (const [at, { system }] of group.entries()) {
        const result = measured[at]
        if (result !== undefined) results[system] = result
      }
    }
    const report: Report = { format: 1, startedAt, options, machine, systems: results, targets: judge(results) }
    console.log(renderReport(report))
    if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`)
    return hasFailures(results) ? 1 : 0
  } finally {
    await guard.close()
  }
}

function recipeOf(system: System, { profile }: BenchOptions): Promise<Recipe> {
  switch (system) {
    case 'synod':
      return synod(profile === undefined ? undefined : resolve(profile))
    case 'zookeeper':
      return zookeeper()
    case 'etcd':
      return etcd()
    case 'pipeline':
      return pipeline()
  }
}

function hasFailures(results: Results): boolean {
  return Object.values(results).some((result) => result.state === 'measured' && result.failures.length > 0)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort(new Error(`interrupted by ${signal}`)))

try {
  process.exitCode = await main(
    parseOptions(process.argv.slice(2), (text) => void process.stdout.write(text)),
    stop.signal,
  )
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    console.error(stop.signal.aborted ? 'interrupted; servers and files are gone' : error)
    process.exitCode = stop.signal.aborted ? 130 : 1
  }
}
