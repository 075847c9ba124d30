import { parseArgs } from 'node:util'
import { faultKinds, parseSeed, themeNames, type FaultKind } from '@synod/sim'

/** What `npm run sim` was asked for. */
export interface SimRequest {
  readonly seeds: number
  readonly firstSeed: bigint
  /** Sizes that seeds take in turn. */
  readonly nodes: readonly number[]
  /** Goes on with further seeds until this many minutes have passed; 0: no. */
  readonly minutes: number
  readonly faults: readonly FaultKind[]
  /** One theme for all seeds, or `none`; `null`: each draws its own. */
  readonly theme: string | null
  readonly trace: boolean
  readonly shrink: boolean
  /** Shrinks the first failure and keeps it under this name. */
  readonly golden: string | null
  readonly mutations: boolean
  /** Only mutations whose name contains this. */
  readonly only: string
  /** Writes `docs/mutations.md`. */
  readonly write: boolean
  readonly workers: number
}

export const usage: string = `Usage: npm run sim -- [options]

Lives whole clusters in virtual time, each with faults of its own, and checks the
invariants after every step (docs/simulation.md).

  --seeds N        run N seeds (default 100; 1 with --seed; with --mutations the most that each mutation gets, default 200)
  --seed S         the first seed, e.g. 0x2a; the others follow it
  --nodes LIST     servers, e.g. 3 or 3,5 (default 3,3,5,1,7 in turn; 3 with --seed)
  --minutes M      go on until M minutes of wall time have passed
  --faults LIST    only these: ${faultKinds.join(', ')}
  --theme NAME     this theme in every seed, or none: ${themeNames.join(', ')}
  --trace          print every line of what happens; takes one seed
  --shrink         make the first seed that fails small: less time, fewer faults, clients, servers
  --golden NAME    the same, and keep it: tooling/scenarios/testdata/golden/NAME.json, which npm test runs from then on
  --mutations      break the product on purpose, once per file in tooling/scenarios/mutations, and say which are caught
  --only TEXT      only mutations whose name contains this
  --write          with --mutations: write docs/mutations.md
  --workers N      threads (default 2)
  -h, --help       this

Exit codes: 0 nothing violated, no mutation survived; 1 something did, or a kind of fault never came in 200 seeds or more; 2 wrong arguments.`

/** What cannot be run, in words for the person who asked. */
export class UsageError extends Error {}

/** Reads the command line. Throws `UsageError`. */
export function parseRequest(args: readonly string[]): SimRequest {
  const { values } = parse(args)
  const single = values.seed !== undefined
  const trace = values.trace ?? false
  const seeds = whole('seeds', values.seeds, [values.mutations === true ? 200 : single || trace ? 1 : 100, 1, 10_000_000])
  if (trace && seeds !== 1) throw new UsageError('--trace takes one seed: give --seed and no --seeds')
  return {
    seeds,
    firstSeed: seedOf(values.seed),
    nodes: list('nodes', values.nodes ?? (single ? '3' : '3,3,5,1,7')).map((text) => whole('nodes', text, [3, 1, 9])),
    minutes: whole('minutes', values.minutes, [0, 0, 10_000]),
    faults: values.faults === undefined ? faultKinds : list('faults', values.faults).map(faultOf),
    theme: themeOf(values.theme),
    trace,
    shrink: values.shrink ?? false,
    golden: goldenOf(values.golden),
    mutations: values.mutations ?? false,
    only: values.only ?? '',
    write: values.write ?? false,
    workers: whole('workers', values.workers, [2, 1, 64]),
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ args: string[]; options: typeof options; strict: true }>> {
  try {
    return parseArgs({ args: Array.from(args), options, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const options = {
  seeds: { type: 'string' },
  seed: { type: 'string' },
  nodes: { type: 'string' },
  minutes: { type: 'string' },
  faults: { type: 'string' },
  only: { type: 'string' },
  theme: { type: 'string' },
  write: { type: 'boolean' },
  workers: { type: 'string' },
  trace: { type: 'boolean' },
  shrink: { type: 'boolean' },
  golden: { type: 'string' },
  mutations: { type: 'boolean' },
} as const

function list(name: string, text: string): readonly string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (items.length === 0) throw new UsageError(`--${name} needs a value`)
  return items
}

/** `range`: what it is when not given, the least, the most. */
function whole(name: string, text: string | undefined, range: readonly [number, number, number]): number {
  const [preset, least, most] = range
  if (text === undefined) return preset
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  throw new UsageError(`--${name} (${text}) must be a whole number from ${least} to ${most}`)
}

function seedOf(text: string | undefined): bigint {
  try {
    return parseSeed(text ?? 1)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function goldenOf(text: string | undefined): string | null {
  if (text === undefined || /^[a-z0-9][a-z0-9-]*$/.test(text)) return text ?? null
  throw new UsageError(`--golden (${text}) must be a name in lower case, with digits and hyphens`)
}

function themeOf(text: string | undefined): string | null {
  if (text === undefined || text === 'none' || themeNames.includes(text)) return text ?? null
  throw new UsageError(`there is no theme '${text}'; there are ${themeNames.join(', ')} and none`)
}

function faultOf(text: string): FaultKind {
  const fault = faultKinds.find((kind) => kind === text)
  if (fault === undefined) throw new UsageError(`there is no fault '${text}'; there are ${faultKinds.join(', ')}`)
  return fault
}
