import { runClauses } from '../runner.ts'
import type { SuiteRunner } from '../runner.ts'
import { batchClauses } from './batches.ts'
import { withPlace } from './context.ts'
import { failureClauses, lifeClauses, powerClauses } from './life.ts'
import type { LogStorageContractOptions, LogStoragePlace } from './options.ts'
import { snapshotClauses } from './snapshots.ts'

export type { LogStorageContractOptions, LogStoragePlace } from './options.ts'

/** Registers the suite that every `LogStorage` must pass: one test per clause of the port. */
export function logStorageContract<Place extends LogStoragePlace>(runner: SuiteRunner, options: LogStorageContractOptions<Place>): void {
  const clauses = [...batchClauses, ...snapshotClauses, ...lifeClauses]
  if (options.losePower !== undefined) clauses.push(...powerClauses)
  if (options.failWrites !== undefined) clauses.push(...failureClauses)
  runner.describe(`LogStorage contract: ${options.name}`, () => {
    runClauses(runner, clauses, (check) => withPlace(options, check))
  })
}
