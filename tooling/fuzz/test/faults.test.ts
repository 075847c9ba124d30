import { describe, expect, it } from 'vitest'
import { describeFailure } from '../src/failure.ts'
import type { Failure } from '../src/failure.ts'
import { run } from '../src/run.ts'
import type { TargetResult } from '../src/run.ts'
import { targets } from './faulty-targets.ts'

async function fuzz(name: string): Promise<{ readonly result: TargetResult | undefined; readonly failures: readonly Failure[] }> {
  const failures: Failure[] = []
  const [result] = await run({
    targets: targets.filter((target) => target.name === name),
    module: new URL('faulty-targets.ts', import.meta.url),
    inputs: 2_000,
    seed: 1,
    hangMs: 1_500,
    heapMiB: 32,
    onFailure: (failure) => failures.push(failure),
    onTarget: () => undefined,
  })
  return { result, failures }
}

describe('the fuzzer', () => {
  it('finds nothing where nothing is', async () => {
    const { result, failures } = await fuzz('good')
    expect(failures).toEqual([])
    expect(result).toMatchObject({ inputs: 2_000, failures: 0, outcomes: 4 })
  })

  it.each([
    ['throws', /a byte too far/],
    ['hangs', /more than 1500 ms/],
    ['allocates', /allocated \d+ bytes for an input of \d+/],
    ['hoards', /ERR_WORKER_OUT_OF_MEMORY|memory/],
    ['writes', /changed its input/],
  ])('finds one that %s, with the input', async (name, message) => {
    const { result, failures } = await fuzz(name)
    expect(result?.failures).toBeGreaterThan(0)
    expect(failures[0]?.message).toMatch(message)
    expect(failures[0]?.input[0]).toBe(0x7f)
    expect(describeFailure(failures[0] as Failure)).toContain(`--target ${name} --input 7f`)
  })

  it('counts a worker that just ends', async () => {
    expect((await fuzz('exits')).result?.failures).toBe(1)
  })

  it('reaches what is behind a checksum', async () => {
    const { failures } = await fuzz('behind-a-checksum')
    expect(failures[0]?.message).toContain('reached')
  })
})
