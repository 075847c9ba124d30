import { faultKinds, type FaultAction } from '@synod/sim'
import { describe, expect, it } from 'vitest'
import { shrink, type Shrunk } from '../src/shrink.ts'
import { describeShrunk } from '../src/story.ts'

const schedule = Array.from({ length: 40 }, (_, at): FaultAction => ({ at: at * 100_000, kind: 'break', a: 1, b: 2 + (at % 2) }))
const held = { violation: null, schedule, virtualMicros: 0 }

/** Fails when faults 7 and 23 are both there, with three servers and two clients at least; with none there it fails in another way. */
function run(
  given: Partial<Shrunk>,
): Promise<typeof held | (Omit<typeof held, 'violation'> & { violation: { invariant: string; message: string } })> {
  const { nodes = 7, clients = 5, faultsMs = 20_000 } = given
  const faults = (given.schedule ?? schedule).filter(({ at }) => at < faultsMs * 1000)
  const both = [7, 23].every((each) => faults.some(({ at }) => at === each * 100_000))
  if (faults.length === 0) return Promise.resolve({ ...held, violation: { invariant: 'I2', message: 'another' } })
  if (!both || nodes < 3 || clients < 2) return Promise.resolve(held)
  return Promise.resolve({ ...held, violation: { invariant: 'I1', message: 'two leaders' } })
}

describe('shrinking', () => {
  it('leaves the faults, clients, servers and time that the same violation needs', async () => {
    const result = await shrink({ seed: 42n, nodes: 7, faults: faultKinds }, run)
    expect(result).toMatchObject({ invariant: 'I1', message: 'two leaders', faultsBefore: 40 })
    expect(result.shrunk).toMatchObject({ seed: 42n, nodes: 3, clients: 2, faultsMs: 5_000 })
    expect(result.shrunk?.schedule.map(({ at }) => at)).toEqual([700_000, 2_300_000])
    expect(result.runs).toBeLessThan(100)
    expect(describeShrunk(result)).toMatch(
      /^shrunk to 2 of 40 faults, 3 servers, 2 clients, 5000 ms[\s\S]*createSimulation\([\s\S]*seed: '0x2a'/,
    )
  })

  it('makes runs of what a run is made of, and of nothing else that an outcome has', async () => {
    const runs: string[][] = []
    const outcome = { seed: 42n, nodes: 7, faults: faultKinds, theme: null, violation: null, events: 7 }
    await shrink(outcome, (given) => {
      runs.push(Object.keys(given).sort())
      return run(given)
    })
    expect(runs[0]).toEqual(['faults', 'nodes', 'seed', 'theme'])
    expect(runs.at(-1)).toEqual(['clients', 'faults', 'faultsMs', 'nodes', 'schedule', 'seed', 'theme'])
  })

  it('says so when there is nothing to shrink', async () => {
    const result = await shrink({ seed: 1n, nodes: 3, faults: faultKinds }, () => Promise.resolve(held))
    expect(result.shrunk).toBe(null)
    expect(describeShrunk(result)).toMatch(/does not fail/)
  })
})
