import type { SuiteRunner } from '@synod/contract-tests'
import { describe, expect, it } from 'vitest'

type Check = () => Promise<void>

/** The clauses of a suite, by name, without running any. */
export function collect(register: (runner: SuiteRunner) => void): Map<string, Check> {
  const checks = new Map<string, Check>()
  register({ describe: (_name, body) => body(), it: (name, body) => void checks.set(name, body) })
  return checks
}

/** An adapter that breaks one clause. */
export interface Mutant<Adapter> {
  /** What is wrong with it. */
  readonly fault: string
  /** Beginning of the name of the clause that must fail. */
  readonly clause: string
  readonly adapter: Adapter
}

/** Shows that the suite fails for each mutant, and that no clause is without one. */
export function testMutants<Adapter>(
  title: string,
  mutants: readonly Mutant<Adapter>[],
  register: (runner: SuiteRunner, adapter: Adapter) => void,
): void {
  describe(`mutants of ${title}`, () => {
    for (const { fault, clause, adapter } of mutants) {
      it(`one that ${fault} is caught by "${clause}"`, async () => {
        const [name, check] = [...collect((runner) => register(runner, adapter))].find(([found]) => found.startsWith(clause)) ?? []
        expect(name, `there is no clause "${clause}"`).toBeDefined()
        await expect(check?.(), 'the clause did not fail').rejects.toThrow()
      })
    }

    it('there is one for every clause', () => {
      const [first] = mutants
      if (first === undefined) throw new Error('no mutants')
      const names = [...collect((runner) => register(runner, first.adapter)).keys()]
      expect(names.filter((name) => !mutants.some(({ clause }) => name.startsWith(clause)))).toEqual([])
    })
  })
}
