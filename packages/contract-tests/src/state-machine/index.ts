import { runClauses } from '../runner.ts'
import type { SuiteRunner } from '../runner.ts'
import { applyClauses } from './apply.ts'
import { StateMachineContext } from './context.ts'
import type { StateMachineContractOptions } from './options.ts'
import { sessionClauses, snapshotClauses } from './snapshot.ts'

export type { StateMachineContractOptions } from './options.ts'

/** Registers the suite that every `StateMachine` must pass: one test per clause of the port. */
export function stateMachineContract(runner: SuiteRunner, options: StateMachineContractOptions): void {
  const clauses = [...applyClauses, ...snapshotClauses, ...(options.openSession === undefined ? [] : sessionClauses)]
  runner.describe(`StateMachine contract: ${options.name}`, () => {
    runClauses(runner, clauses, (check) => check(new StateMachineContext(options)))
  })
}
