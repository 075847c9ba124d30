import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeReport } from '../src/report/write-report.ts'
import { runChaos } from '../src/run.ts'

describe('chaos', () => {
  it('finds no anomaly in half a minute with three servers, and tells all of it', { timeout: 150_000 }, async () => {
    const said: string[] = []
    const result = await runChaos({ nodes: 3, seed: 11, durationMs: 25_000, say: (line) => said.push(line) })
    const { recording, checks } = result
    expect(checks.flatMap(({ anomalies }) => anomalies)).toEqual([])
    expect(recording.faults.filter(({ lane }) => lane === 'process').length).toBeGreaterThanOrEqual(2)
    expect(recording.faults.filter(({ lane }) => lane === 'link').length).toBeGreaterThanOrEqual(2)
    expect(recording.registers.length).toBeGreaterThan(100)
    expect(recording.holds.length).toBeGreaterThan(0)
    expect(recording.creations.some(({ outcome }) => outcome === 'kept')).toBe(true)
    expect([...recording.watches.values()].every((events) => events.length > 0)).toBe(true)
    expect(said[0]).toBe('3 servers run; seed 11')

    const folder = mkdtempSync(join(tmpdir(), 'synod-chaos-'))
    try {
      const page = readFileSync(writeReport(result, folder, new Date()), 'utf8')
      expect(page).toContain(
        `in ${String(recording.operations).replaceAll(/\B(?=(\d{3})+$)/g, ',')} operations under ${recording.faults.length} faults`,
      )
      expect(page.match(/<svg /g)?.length).toBe(Math.ceil((recording.samples.at(-1)?.at ?? 0) / 30_000))
      expect(JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8'))).toMatchObject({ nodes: 3, seed: 11, anomalies: 0 })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
