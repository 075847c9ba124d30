import { writeGolden } from './golden.ts'
import { runMutations } from './mutations.ts'
import { parseRequest, usage, UsageError, type SimRequest } from './options.ts'
import { runPool, type SeedJob, type SeedOutcome } from './pool.ts'
import { runSeed } from './run-seed.ts'
import { shrink } from './shrink.ts'
import { describeShrunk, legendOf } from './story.ts'
import { Summary } from './summary.ts'

/** Failures whose whole report is printed; further ones get a line. */
const reportsMax = 3
/** With fewer seeds it is no wonder when something did not happen. */
const enoughSeeds = 200

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage)
    return 0
  }
  const request = parseRequest(args)
  if (request.mutations) return runMutations(request)
  if (request.trace) return trace(request)
  return many(request)
}

/** Tells the story of one seed. */
async function trace(request: SimRequest): Promise<number> {
  const nodes = request.nodes[0] ?? 3
  console.log(legendOf(request.firstSeed, nodes))
  const result = await runSeed({
    seed: request.firstSeed,
    nodes,
    faults: request.faults,
    theme: request.theme,
    onLine: (line) => {
      console.log(line)
    },
  })
  console.log(result.report())
  const violations = result.violation === null ? 0 : 1
  console.log(`trace hash ${result.hash}`)
  console.log(`1 seeds, ${violations} violations`)
  return violations
}

async function many(request: SimRequest): Promise<number> {
  const summary = new Summary()
  const failures: SeedOutcome[] = []
  const jobs = jobsOf(request, summary)
  let toldAt = performance.now()
  await runPool({
    workers: Math.min(request.workers, request.seeds),
    mutation: null,
    next: jobs,
    onOutcome: (outcome) => {
      summary.add(outcome)
      if (outcome.violation !== null) report(outcome, failures)
      if (performance.now() - toldAt < 5_000) return
      toldAt = performance.now()
      console.error(`${summary.seeds} seeds, ${summary.violations} violations, ${summary.speed()}`)
    },
  })
  console.log(['', 'exercised:', ...summary.lines(), '', summary.speed()].join('\n'))
  const missing = summary.seeds < enoughSeeds ? [] : summary.missing(request)
  if (missing.length > 0) console.log(`never happened, which is a failure of the simulator: ${missing.join(', ')}`)
  if ((request.shrink || request.golden !== null) && failures[0] !== undefined) await reduce(failures[0], request)
  console.log(`${summary.seeds} seeds, ${summary.violations} violations`)
  return summary.violations > 0 || missing.length > 0 ? 1 : 0
}

/** Makes the first failure small, tells it, and keeps it when a name was given. */
async function reduce(failure: SeedOutcome, { golden }: SimRequest): Promise<void> {
  const result = await shrink(failure)
  console.log(describeShrunk(result))
  if (golden !== null && result.shrunk !== null) console.log(`kept as ${writeGolden(golden, result)}`)
}

function report(outcome: SeedOutcome, failures: SeedOutcome[]): void {
  failures.push(outcome)
  const { seed, nodes, violation } = outcome
  if (failures.length <= reportsMax) console.log(`\n${outcome.report}\n`)
  else console.log(`--seed 0x${seed.toString(16)} --nodes ${nodes}: ${violation?.invariant} ${violation?.message.split('\n')[0]}`)
}

/** Seeds in order; sizes in turn, by the seed, so that a seed is the same run wherever it stands in a list. */
function jobsOf({ firstSeed, seeds, nodes, minutes, faults, theme }: SimRequest, summary: Summary): () => SeedJob | null {
  let given = 0
  return () => {
    if (given >= seeds && (minutes === 0 || summary.seconds >= minutes * 60)) return null
    const seed = (firstSeed + BigInt(given)) & 0xffff_ffff_ffff_ffffn
    given += 1
    return { seed, nodes: nodes[Number(seed % BigInt(nodes.length))] ?? 3, faults, theme }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}
