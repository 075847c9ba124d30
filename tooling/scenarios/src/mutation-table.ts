import type { Mutation } from './mutation.ts'
import type { SeedOutcome } from './pool.ts'

/** What became of one mutation. */
export interface Hunt {
  readonly name: string
  readonly mutation: Mutation
  /** Seeds that were run, the one that noticed it included. */
  readonly seeds: number
  /** The run that noticed it; `null`: none did. */
  readonly by: SeedOutcome | null
  /** Why the hunt says nothing: it does not apply, or the seed fails without it. */
  readonly problem: string | null
}

/** A hunt in a line, for the terminal. */
export function lineOf({ name, mutation, seeds, by, problem }: Hunt): string {
  const verdict =
    problem !== null
      ? `FAILED: ${problem}`
      : by === null
        ? `SURVIVED ${seeds} seeds`
        : `killed by ${by.violation?.invariant} at seed ${seeds}`
  return `${name.padEnd(34)} ${verdict.padEnd(34)} ${mutation.title}`
}

const begin = '<!-- Written by npm run sim -- --mutations --write -->'
const end = '<!-- Written by hand from here on -->'
const head = ['mutation', 'what is broken', 'seeds', 'noticed by', 'weather']

/** The page with the rows of these hunts in the place of older ones; what is outside the table stays, and so do rows of `names` not hunted. */
export function pageWith(page: string, hunts: readonly Hunt[], names: readonly string[]): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no place for the table: between ${begin} and ${end}`)
  const rows = new Map(rowsOf(page.slice(from, to)).map((cells) => [cells[0] ?? '', cells] as const))
  for (const hunt of hunts) if (hunt.problem === null) rows.set(`\`${hunt.name}\``, rowOf(hunt))
  const kept = names.flatMap((name) => [rows.get(`\`${name}\``) ?? []]).filter((cells) => cells.length > 0)
  return [page.slice(0, from) + begin, '', ...aligned([head, ...kept]), '', page.slice(to)].join('\n')
}

function rowsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())) // prettier-ignore
}

function rowOf({ name, mutation, seeds, by }: Hunt): readonly string[] {
  return [
    `\`${name}\``,
    mutation.title.replaceAll('|', '\\|'),
    by === null ? 'survives' : String(seeds),
    by?.violation?.invariant ?? '',
    weatherOf(mutation),
  ]
}

function weatherOf({ weather }: Mutation): string {
  const nodes = weather?.nodes === undefined ? [] : [`${weather.nodes.join(', ')} servers`]
  const clients = weather?.clients === 0 ? ['no clients'] : []
  const bursts = weather?.bursts === true ? ['writes in bursts'] : []
  return [...(weather?.themes ?? []), ...nodes, ...clients, ...bursts].join('; ')
}

/** As the formatter wants a table. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [first = [], ...rest] = rows
  return [line(first), rule, ...rest.map(line)]
}
