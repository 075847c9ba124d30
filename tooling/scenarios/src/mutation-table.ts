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

/** All hunts as a page of the documentation. */
export function pageOf(hunts: readonly Hunt[], how: { readonly seeds: number; readonly minutes: number }): string {
  const killed = hunts.filter((hunt) => hunt.by !== null)
  const rows = hunts.map(({ name, mutation, seeds, by }) => [
    `\`${name}\``,
    mutation.title.replaceAll('|', '\\|'),
    by === null ? 'survives' : String(seeds),
    by?.violation?.invariant ?? '',
    weatherOf(mutation),
  ])
  const table = [['mutation', 'what is broken', 'seeds', 'noticed by', 'weather'], ...rows]
  return [
    '# Mutations',
    '',
    '`npm run sim -- --mutations --write` breaks the product on purpose, once for each file of `tooling/scenarios/mutations`, and writes this page. _Seeds_ is how many were run until one failed, that one included; _noticed by_ the invariant that failed first (`assert`: a check in the product; `workload …`: what clients saw; the others: the table in the README of `@synod/sim`). _Weather_ is what the mutation asks for where ordinary seeds would take long: themes that ordinary seeds draw as well, and sizes of the cluster.',
    '',
    `Each gets at most ${how.seeds} seeds. The last run took ${how.minutes.toFixed(1)} minutes: ${killed.length} killed, ${hunts.length - killed.length} survived.`,
    '',
    ...aligned(table),
    '',
  ].join('\n')
}

function weatherOf({ weather }: Mutation): string {
  const nodes = weather?.nodes === undefined ? [] : [`${weather.nodes.join(', ')} servers`]
  return [...(weather?.themes ?? []), ...nodes].join('; ')
}

/** As the formatter wants a table. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), rule, ...rest.map(line)]
}
