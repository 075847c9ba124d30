import { faultKinds } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import type { SeedOutcome } from '../src/pool.ts'
import { Summary } from '../src/summary.ts'

function outcome(coverage: Readonly<Record<string, number>>): SeedOutcome {
  const run = { seed: 1n, nodes: 3, faults: faultKinds, theme: null }
  return { ...run, violation: null, hash: '', virtualMicros: 0, events: 0, wallMs: 0, coverage, report: '' }
}

describe('what many seeds must have exercised', () => {
  it('every kind of fault that was asked for, and what the whole mix brings about', () => {
    const summary = new Summary()
    summary.add(outcome({ elections: 3, 'fault crash': 2, 'fault partition split': 1 }))
    expect(summary.missing({ faults: ['crash', 'partition'], nodes: [3], theme: null })).toEqual([])
    expect(summary.missing({ faults: ['crash', 'suspend', 'rot'], nodes: [3], theme: null })).toEqual(['fault suspend', 'fault rot'])
    const missing = summary.missing({ faults: faultKinds, nodes: [3], theme: null })
    expect(missing).toEqual(expect.arrayContaining(['fault restore', 'fault stale', 'fetch-ups', 'older copies found out']))
    expect(missing).not.toContain('fault crash')
  })

  it('asks for nothing that one server alone cannot show', () => {
    const summary = new Summary()
    summary.add(outcome({ elections: 1 }))
    expect(summary.missing({ faults: ['restore', 'partition'], nodes: [1], theme: null })).toEqual([])
  })
})
