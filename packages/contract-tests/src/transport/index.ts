import { runClauses } from '../runner.ts'
import type { SuiteRunner } from '../runner.ts'
import { connectionClauses } from './connections.ts'
import { TransportContext } from './context.ts'
import { frameClauses } from './frames.ts'
import type { TransportContractOptions } from './options.ts'

export type { TransportContractOptions, TransportGroup } from './options.ts'

/** Registers the suite that every `Transport` must pass: one test per clause of the port. */
export function transportContract(runner: SuiteRunner, options: TransportContractOptions): void {
  runner.describe(`Transport contract: ${options.name}`, () => {
    runClauses(runner, [...frameClauses, ...connectionClauses], async (check) => {
      const group = await options.create([1, 2, 3])
      try {
        const context = new TransportContext(group, options)
        await check(context)
        context.assertOrderly()
      } finally {
        await group.dispose()
      }
    })
  })
}
