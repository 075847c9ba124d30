import { medianOf } from '../results.ts'
import type { Report, Results } from '../results.ts'
import { metrics } from '../scenarios.ts'
import type { Metric } from '../scenarios.ts'
import { advantage } from '../statistics.ts'
import { systems, titles } from '../systems.ts'
import type { System } from '../systems.ts'
import { figure, renderTable } from './table.ts'

/** A machine with more to do than this disturbs what is measured. */
const quietLoad = 0.5

/** The report for people. */
export function renderReport({ machine, systems: results, targets, options }: Report): string {
  const { cores, processor, memoryGb, system, node, syncMs } = machine
  return [
    '',
    `${cores} cores (${processor}), ${memoryGb} GB, ${system}, Node.js ${node}; append and sync of 120 bytes: ${syncMs.toFixed(2)} ms`,
    `medians of ${options.rounds} rounds of ${options.seconds} s each, and of ${options.faults} faults of each kind${options.turns ? ', the systems by turns' : ''}; 100-byte values, loopback, every write synced`,
    ...(machine.loadBefore > quietLoad
      ? [`the machine was BUSY before (load ${machine.loadBefore.toFixed(1)}, quiet is below ${quietLoad}): do not trust these figures`]
      : []),
    ...remarks(results),
    '',
    ...renderTable([headings(results), ...metrics.filter((metric) => isMeasured(results, metric)).map((metric) => row(results, metric))]),
    '× says how many times better Synod is: faster, shorter or smaller.',
    '',
    ...renderTable([
      ['target', 'wanted', 'measured', ''],
      ...targets.map(({ title, wanted, measured, met }) => [
        title,
        wanted,
        measured,
        met === null ? 'not measured' : met ? 'met' : 'NOT MET',
      ]),
    ]),
    '',
  ].join('\n')
}

/** What somebody must know who reads the table: who is absent, what failed. */
function remarks(results: Results): string[] {
  return systems.flatMap((system) => {
    const result = results[system]
    if (result === undefined) return []
    if (result.state === 'absent') return [`${titles[system]} is ABSENT: ${result.reason}`]
    return result.failures.map(({ scenario, reason }) => `${titles[system]}, ${scenario} FAILED: ${reason}`)
  })
}

/** The systems that were asked for, and which of them Synod can be compared with. */
function columns(results: Results): { readonly asked: readonly System[]; readonly peers: readonly System[] } {
  const asked = systems.filter((system) => results[system] !== undefined)
  return { asked, peers: asked.includes('synod') ? asked.filter((system) => system !== 'synod') : [] }
}

function headings(results: Results): string[] {
  const { asked, peers } = columns(results)
  const names = asked.map((system) => {
    const result = results[system]
    return `${titles[system]} ${result?.state === 'measured' ? result.version : '(absent)'}`.trimEnd()
  })
  return ['', '', ...names, ...peers.map((system) => `× ${titles[system]}`)]
}

function isMeasured(results: Results, metric: Metric): boolean {
  return systems.some((system) => medianOf(results, system, metric) !== undefined)
}

function row(results: Results, metric: Metric): string[] {
  const value = (system: System): number | undefined => medianOf(results, system, metric)
  const { asked, peers } = columns(results)
  const cells = asked.map((system) => {
    const median = value(system)
    return median === undefined ? '–' : figure(median)
  })
  const ratios = peers.map((peer) => {
    const ratio = advantage(value('synod'), value(peer), metric.better)
    return ratio === null ? '–' : `${figure(ratio)} ×`
  })
  return [metric.title, metric.unit, ...cells, ...ratios]
}
