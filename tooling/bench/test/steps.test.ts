import { describe, expect, it } from 'vitest'
import { scenarios } from '../src/scenarios.ts'
import type { Scenario } from '../src/scenarios.ts'
import { stepsOf } from '../src/steps.ts'

const kinds = (...asked: Scenario[]): string[] =>
  stepsOf({ only: [], scenarios: asked, seconds: 1, rounds: 2, faults: 3, turns: false }, 'synod').map(({ kind }) => kind)

describe('the steps of a system', () => {
  it('begin with a start, whatever is asked for', () => {
    for (const scenario of scenarios) expect(kinds(scenario)[0]).toBe('cold-start')
    expect(kinds('kill-gap')).toEqual(['cold-start', 'kill-gap', 'kill-gap', 'kill-gap'])
  })

  it('warm up before the first load, unmeasured', () => {
    expect(kinds('locks')).toEqual(['cold-start', 'warm-up', 'locks', 'locks'])
  })

  it('repeat each load and the cold start by rounds', () => {
    expect(kinds('cold-start', 'sequential-writes')).toEqual([
      'cold-start',
      'cold-start',
      'warm-up',
      'sequential-writes',
      'sequential-writes',
    ])
  })

  it('measure memory under parallel writes, also when their rate is not asked for', () => {
    expect(kinds('memory')).toEqual(['cold-start', 'warm-up', 'parallel-writes', 'parallel-writes'])
    expect(kinds('memory', 'parallel-writes')).toEqual(kinds('memory'))
  })

  it('are few for the bare pipeline, which can only write', () => {
    const ofPipeline = (asked: readonly Scenario[]) =>
      stepsOf({ only: [], scenarios: asked, seconds: 1, rounds: 1, faults: 1, turns: false }, 'pipeline').map(({ kind }) => kind)
    expect(ofPipeline(scenarios)).toEqual(['cold-start', 'warm-up', 'sequential-writes', 'parallel-writes'])
    expect(ofPipeline(['locks', 'kill-gap'])).toEqual([])
  })

  it('leave what harms the servers to the end', () => {
    expect(kinds(...scenarios).slice(-6)).toEqual(['kill-gap', 'kill-gap', 'kill-gap', 'stop-gap', 'stop-gap', 'stop-gap'])
  })
})
