import { coordinationClientContract } from '@synod/contract-tests'
import type { SuiteRunner } from '@synod/contract-tests'
import { describe, expect, it } from 'vitest'
import { callingMutants } from './mutants/calling.ts'
import { collect } from './mutants/collect.ts'
import { faultyPlace } from './mutants/faulty.ts'
import type { ClientFault } from './mutants/faulty.ts'
import type { ClientMutant } from './mutants/mutant.ts'
import { nodeMutants } from './mutants/nodes.ts'
import { readingMutants } from './mutants/reading.ts'
import { watchingMutants } from './mutants/watching.ts'

const mutants: readonly ClientMutant[] = [...nodeMutants, ...readingMutants, ...watchingMutants, ...callingMutants]

function register(runner: SuiteRunner, fault: ClientFault, timeoutMs: number): void {
  coordinationClientContract(runner, {
    name: 'a client made by the mutants’ wrapper',
    create: () => faultyPlace(fault),
    interrupt: (place, client) => place.interrupt(client),
    isolate: (place, client) => place.isolate(client),
    timeoutMs,
  })
}

describe('mutants of the client', () => {
  for (const { fault, clause, client, timeoutMs = 400 } of mutants) {
    it.concurrent(`one that ${fault} is caught by "${clause}"`, async ({ expect }) => {
      const [name, check] = [...collect((runner) => register(runner, client, timeoutMs))].find(([found]) => found.startsWith(clause)) ?? []
      expect(name, `there is no clause "${clause}"`).toBeDefined()
      await expect(check?.(), 'the clause did not fail').rejects.toThrow()
    })
  }

  it('there is one for every clause', () => {
    const names = [...collect((runner) => register(runner, () => ({}), 1)).keys()]
    expect(names.filter((name) => !mutants.some(({ clause }) => name.startsWith(clause)))).toEqual([])
  })
})

// The control: with no fault, the wrapper keeps every clause.
register({ describe, it }, () => ({}), 8000)
