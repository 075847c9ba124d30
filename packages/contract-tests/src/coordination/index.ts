import { runClauses } from '../runner.ts'
import type { SuiteRunner } from '../runner.ts'
import { callClauses } from './calls.ts'
import { CoordinationContext } from './context.ts'
import { ephemeralClauses } from './ephemerals.ts'
import { expiryClauses, resumeClauses } from './faults.ts'
import { listClauses } from './lists.ts'
import { multiClauses } from './multi.ts'
import { nodeClauses } from './nodes.ts'
import type { CoordinationClientContractOptions, CoordinationPlace } from './options.ts'
import { readClauses } from './reads.ts'
import { sequentialClauses } from './sequential.ts'
import { sessionClauses } from './sessions.ts'
import { streamClauses } from './streams.ts'
import { watchClauses } from './watches.ts'

export type { ContractClientOptions, CoordinationClientContractOptions, CoordinationPlace } from './options.ts'

const always = [
  ...nodeClauses,
  ...sequentialClauses,
  ...ephemeralClauses,
  ...listClauses,
  ...multiClauses,
  ...readClauses,
  ...watchClauses,
  ...streamClauses,
  ...sessionClauses,
  ...callClauses,
]

/** Registers the suite that every `CoordinationClient` must pass: one test per clause of the interface. */
export function coordinationClientContract<Place extends CoordinationPlace>(
  runner: SuiteRunner,
  options: CoordinationClientContractOptions<Place>,
): void {
  const clauses = [...always]
  if (options.interrupt !== undefined) clauses.push(...resumeClauses)
  if (options.isolate !== undefined) clauses.push(...expiryClauses)
  runner.describe(`CoordinationClient contract: ${options.name}`, () => {
    runClauses(runner, clauses, (check) => withService(options, check))
  })
}

async function withService<Place extends CoordinationPlace>(
  options: CoordinationClientContractOptions<Place>,
  check: (context: CoordinationContext) => Promise<void>,
): Promise<void> {
  const place = await options.create()
  const context = new CoordinationContext(place, {
    timeoutMs: options.timeoutMs ?? 8000,
    interrupt: async (client) => options.interrupt?.(place, client),
    isolate: async (client) => options.isolate?.(place, client),
  })
  try {
    await check(context)
  } finally {
    await context.dispose()
    await place.dispose()
  }
}
