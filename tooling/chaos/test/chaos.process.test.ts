import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { unseenKinds } from '../src/nemesis/plan.ts'
import { writeReport } from '../src/report/write-report.ts'
import { runChaos } from '../src/run.ts'
import type { ChaosResult } from '../src/run.ts'

/** Two minutes in all, of servers, faults and clients as they are. With these seeds the first eight faults of each run have every kind among them. */
const runs = [
  { nodes: 3, seed: 15, durationMs: 50_000 },
  { nodes: 5, seed: 111, durationMs: 70_000 },
]
const checks = [
  'every key is linearizable',
  'reads are of the state they name, and sessions never go back',
  'no acknowledged write is lost, none is executed twice',
  'watches tell every change once, in order',
  'one holder at a time',
  'every lock is linearizable',
  'all replicas are equal',
  'one leader per epoch',
  'no surprises',
]
const results: ChaosResult[] = []

describe.each(runs)('chaos upon $nodes servers for $durationMs ms', (plan) => {
  const said: string[] = []
  let result: ChaosResult

  beforeAll(async () => {
    result = await runChaos({ ...plan, say: (line) => said.push(line) })
    results.push(result)
  }, plan.durationMs + 150_000)

  it.each(checks)('%s', (name) => {
    expect(result.checks.find((check) => check.name === name)?.anomalies).toEqual([])
  })

  it('checks nothing else, and says what it does', () => {
    expect(result.checks.map(({ name }) => name)).toEqual(checks)
    expect(result.anomalies).toBe(0)
    expect(said[0]).toBe(`${plan.nodes} servers run; seed ${plan.seed}`)
  })

  it('has a history of everything that it checks', () => {
    const { recording } = result
    expect(recording.registers.length).toBeGreaterThan(100)
    expect(recording.reads.length).toBeGreaterThan(50)
    expect(recording.holds.length).toBeGreaterThan(0)
    expect(recording.creations.some(({ outcome }) => outcome === 'kept')).toBe(true)
    expect([...recording.watches.values()].every((events) => events.length > 0)).toBe(true)
    expect(
      new Set(recording.samples.flatMap(({ said: status }) => (status?.strength === 'established' ? [status.epoch] : []))).size,
    ).toBeGreaterThan(3)
  })

  it('is told by a page and a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'synod-chaos-'))
    try {
      const { recording } = result
      const page = readFileSync(writeReport(result, folder, new Date()), 'utf8')
      const count = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')
      expect(page).toContain(`in ${count(recording.operations)} operations under ${count(recording.faults.length)} faults`)
      expect(page.match(/<svg /g)?.length).toBe(1 + Math.ceil((recording.samples.at(-1)?.at ?? 0) / 30_000))
      const { nodes, seed } = plan
      expect(JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8'))).toMatchObject({ nodes, seed, anomalies: 0 })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('both runs together', () => {
  it('have seen every kind of fault', () => {
    expect(unseenKinds(results.flatMap(({ recording }) => recording.faults))).toEqual([])
  })
})
