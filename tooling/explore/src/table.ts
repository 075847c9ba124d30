import type { Bounds } from './bounds.ts'
import type { Explored } from './explore.ts'
import type { Progress } from './search.ts'

const thin = (number: number): string => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ' ')

/** Bounds in a line. */
export function boundsLine({ from, slowDisks, crashOf, crashAfter, ...numbers }: Bounds): string {
  const counts = Object.entries(numbers).filter(([, number]) => number > 0)
  return `${from}; ${counts.map(([name, number]) => `${name} ≤ ${number}`).join(', ')}${crashOf > 0 ? ` of ${crashOf}` : ''}${crashAfter < 9 ? ` after ${crashAfter} writes` : ''}; disks slow ${slowDisks}`
}

/** How far it is, for people who wait. */
export function progressLine({ states, transitions, depth, frontier, seconds }: Progress): string {
  const speed = thin(states / Math.max(seconds, 0.001))
  return `${thin(states)} states, ${thin(frontier)} of them to do, ${thin(transitions)} transitions, depth ${depth}, ${speed} states/s`
}

/** One row per scope. */
export function tableOf(rows: readonly { readonly name: string; readonly explored: Explored }[]): string {
  const head = ['scope', 'states', 'transitions', 'depth', 'machines', 'core turns', 'beyond', 'seconds', 'of cpu', 'result']
  const cells = rows.map(({ name, explored: found }) => [
    ...[
      name,
      thin(found.states),
      thin(found.transitions),
      String(found.depth),
      thin(found.machines),
      thin(found.turns),
      thin(found.pruned),
    ],
    ...[
      found.seconds.toFixed(1),
      found.cpuSeconds.toFixed(1),
      found.violation ? found.violation.invariant : found.exhausted ? 'exhausted' : 'GIVEN UP',
    ],
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
  return [head, ...cells].map(line).join('\n')
}
