import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSimulation } from '@synod/sim'
import { describe, expect, it } from 'vitest'

const runner = fileURLToPath(new URL('support/run-one-cli.ts', import.meta.url))

function inAnotherProcess(seed: number): { readonly hash: string; readonly events: number } {
  return JSON.parse(execFileSync(process.execPath, [runner, String(seed)], { encoding: 'utf8' })) as { hash: string; events: number }
}

describe('I25: one seed, one run', () => {
  it.each([7, 11, 42])('gives the same trace hash twice, and in another process (seed %i)', { timeout: 120_000 }, async (seed) => {
    const first = await createSimulation({ seed, faultsMs: 6_000 }).run()
    const again = await createSimulation({ seed, faultsMs: 6_000 }).run()
    expect({ hash: again.hash, events: again.events, at: again.virtualMicros }).toEqual({
      hash: first.hash,
      events: first.events,
      at: first.virtualMicros,
    })
    expect(inAnotherProcess(seed)).toEqual({ hash: first.hash, events: first.events })
  })

  it('gives another run for another seed, and for the same seed with other faults', async () => {
    const hashes = await Promise.all([1, 2].map(async (seed) => (await createSimulation({ seed, faultsMs: 1_000, clients: 1 }).run()).hash))
    const calm = await createSimulation({ seed: 1, faultsMs: 1_000, clients: 1, faults: [] }).run()
    expect(new Set([...hashes, calm.hash]).size).toBe(3)
  })

  it('does not depend on whether somebody reads along', async () => {
    const lines: string[] = []
    const read = await createSimulation({
      seed: 5,
      faultsMs: 2_000,
      onLine: (line) => {
        lines.push(line)
      },
    }).run()
    expect(read.hash).toBe((await createSimulation({ seed: 5, faultsMs: 2_000 }).run()).hash)
    expect(lines.length).toBeGreaterThan(100)
  })
})
