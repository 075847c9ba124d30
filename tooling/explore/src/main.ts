import { CommanderError } from 'commander'
import { explore } from './explore.ts'
import type { Explored } from './explore.ts'
import { runMutations } from './mutations.ts'
import type { ExploreRequest } from './options.ts'
import { parseOptions } from './options.ts'
import { boundsLine, progressLine, tableOf } from './table.ts'

/** How often it is said how far it is. */
const everySeconds = 5

function runScopes({ scopes, statesMax, secondsMax }: ExploreRequest): number {
  const rows: { name: string; explored: Explored }[] = []
  for (const { name, bounds } of scopes) {
    console.log(`${name}: ${boundsLine(bounds)}`)
    let told = 0
    const explored = explore({
      bounds,
      statesMax,
      secondsMax,
      onProgress: (progress) => {
        if (progress.seconds - told < everySeconds) return
        told = progress.seconds
        console.error(`  ${progressLine(progress)}`)
      },
    })
    rows.push({ name, explored })
    console.log(`  ${explored.exhausted ? 'exhausted: ' : ''}${progressLine(explored)}`)
    if (explored.violation) {
      console.log(['', ...explored.story, ''].join('\n'))
      break
    }
  }
  console.log(`\n${tableOf(rows)}\n`)
  const states = rows.reduce((sum, { explored }) => sum + explored.states, 0)
  const violations = rows.filter(({ explored }) => explored.violation !== null).length
  const open = rows.filter(({ explored }) => !explored.exhausted).length
  console.log(`${states} states, ${violations} violations${open > violations ? `, ${open - violations} scopes not exhausted` : ''}`)
  return open > 0 ? 1 : 0
}

try {
  const request = parseOptions(process.argv.slice(2), (text) => void process.stderr.write(text))
  process.exitCode = request.mutations ? await runMutations(request.only) : runScopes(request)
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
