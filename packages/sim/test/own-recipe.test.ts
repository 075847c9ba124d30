import { createSimulation, type Invariant, type Workload } from '@synod/sim'
import { SynodError } from '@synod/interface'
import { describe, expect, it } from 'vitest'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** A counter that reads and then writes what it read plus one: right only with the version. */
function counter(careful: boolean): Workload {
  return {
    name: 'counter',
    run: async ({ client, isOver, sleep, count }) => {
      await client.create('/counter', text('0')).catch((error: unknown) => {
        if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
      })
      while (!isOver()) {
        const { data, stat } = await client.get('/counter')
        const next = text(String(Number(new TextDecoder().decode(data)) + 1))
        try {
          await client.set('/counter', next, careful ? { version: stat.version } : {})
          count('increments')
        } catch (error) {
          if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        }
        await sleep(5)
      }
    },
    check: async ({ client, fail }) => {
      const { data, stat } = await client.get('/counter')
      const value = Number(new TextDecoder().decode(data))
      if (value !== stat.version) fail(`the counter says ${value} after ${stat.version} increments`)
    },
  }
}

describe('a recipe of the user', () => {
  it('that is right violates nothing under faults', async () => {
    const result = await createSimulation({ seed: 7, faultsMs: 5_000, workloads: [counter(true)] }).run()
    expect(result.violation, result.report()).toBe(null)
    expect(result.coverage['increments']).toBeGreaterThan(10)
  })

  it('that is wrong is found, with a report that says how to run it again', async () => {
    const result = await createSimulation({ seed: 7, faults: [], faultsMs: 3_000, workloads: [counter(false)] }).run()
    expect(result.violation?.invariant).toBe('workload counter')
    expect(result.report()).toMatch(/the counter says \d+ after \d+ increments[\s\S]*last events:[\s\S]*--seed 0x7/)
  })

  it('may come with an invariant of its own', async () => {
    const never: Invariant = {
      name: 'mine',
      title: 'Nothing is ever applied at index 10.',
      source: 'this test',
      create: (context) => ({
        onApply: (server, entry) => {
          if (entry.index === 10) context.fail(`server ${server.id} applied 10`)
        },
      }),
    }
    const result = await createSimulation({ seed: 3, faults: [], faultsMs: 2_000, invariants: [never] }).run()
    expect(result.violation).toMatchObject({ invariant: 'mine', message: expect.stringMatching(/^server \d applied 10$/) as string })
  })
})

describe('options', () => {
  it('are refused all at once, with the numbers', () => {
    try {
      createSimulation({ seed: 'x', nodes: 0, clients: 99, faults: ['fire' as 'crash'] })
      expect.unreachable()
    } catch (error) {
      expect(SynodError.is(error, 'SYNOD_INVALID_CONFIG') && error.issues.map(({ path }) => path).sort()).toEqual([
        'clients',
        'faults',
        'nodes',
        'seed',
      ])
    }
  })
})

describe('a schedule', () => {
  it('replaces the drawn faults, so that a shrunk failure can be run again', async () => {
    const schedule = [{ at: 500_000, kind: 'crash', node: 'leader', effects: 0, power: false, downMicros: 1_000_000 }] as const
    const result = await createSimulation({ seed: 1, faultsMs: 3_000, schedule }).run()
    expect(result.violation, result.report()).toBe(null)
    expect(Object.keys(result.coverage).filter((name) => name.startsWith('fault '))).toEqual(['fault crash'])
  })
})

describe('stepping by hand', () => {
  it('lets a test direct a scenario: kill the leader, wait for the next', async () => {
    const simulation = createSimulation({ seed: 2, clients: 0 })
    simulation.start()
    expect(await simulation.advance(20_000, () => simulation.cluster.converged())).toBe(true)
    const first = simulation.cluster.leader()
    first?.kill({ power: false })
    expect(await simulation.advance(5_000, () => (simulation.cluster.leader()?.core?.view.strength ?? 'none') === 'established')).toBe(true)
    expect(simulation.cluster.leader()?.id).not.toBe(first?.id)
    first?.start()
    expect(await simulation.advance(20_000, () => simulation.cluster.converged())).toBe(true)
  })
})
