import { describe, expect, it } from 'vitest'
import { renderReport } from '../src/report/render.ts'
import { figure, renderTable } from '../src/report/table.ts'
import { judge } from '../src/report/targets.ts'
import { Collector } from '../src/results.ts'
import type { Report, Results, SystemResult } from '../src/results.ts'

function measured(figures: { rate?: number; killMs?: number }, version = '1.0'): SystemResult {
  const collector = new Collector()
  if (figures.rate !== undefined) collector.add('sequential-writes', { rate: figures.rate, p50Ms: 1, p99Ms: 2 })
  if (figures.killMs !== undefined) collector.add('kill-gap', { ms: figures.killMs, failed: 1 })
  return collector.result(version)
}

function report(systems: Results, loadBefore = 0): Report {
  const machine = { cores: 2, processor: 'Test', memoryGb: 8, system: 'Linux 6', node: '24.0.0', syncMs: 0.5, loadBefore }
  const options = { only: [], scenarios: [], seconds: 5, rounds: 3, faults: 5, turns: false }
  return { format: 1, startedAt: '', options, machine, systems, targets: judge(systems) }
}

describe('a table', () => {
  it('has its first column flush left, the others flush right, and a rule under the heading', () => {
    const rows = [
      ['', 'rate', '×'],
      ['writes', '1,000', '2'],
      ['r', '5'],
    ]
    expect(renderTable(rows)).toEqual(['         rate  ×', '──────  ─────  ─', 'writes  1,000  2', 'r           5'])
  })

  it('of nothing is nothing', () => {
    expect(renderTable([])).toEqual([])
  })

  it.each([
    [1_234_567, '1,234,567'],
    [1000, '1,000'],
    [999.4, '999'],
    [56.78, '56.8'],
    [0.123, '0.12'],
  ])('shows %d as %s', (value, text) => {
    expect(figure(value)).toBe(text)
  })
})

describe('the targets', () => {
  it('are met or not by the medians', () => {
    const [zookeeper, etcd] = judge({
      synod: measured({ rate: 1500 }),
      zookeeper: measured({ rate: 1000 }),
      etcd: measured({ rate: 1001 }),
    })
    expect(zookeeper).toMatchObject({ wanted: '≥ 1.5 ×', measured: '1.50 ×', met: true })
    expect(etcd?.met).toBe(false)
  })

  it('limit times of Synod itself, whether or not a peer is there', () => {
    const gap = (killMs: number) => judge({ synod: measured({ killMs }) }).find(({ title }) => title.includes('SIGKILL'))
    expect(gap(60)).toMatchObject({ wanted: '≤ 60 ms', measured: '60 ms', met: true })
    expect(gap(61)?.met).toBe(false)
  })

  it('stay open when a figure is missing', () => {
    const absent = { synod: measured({ rate: 1500 }), zookeeper: { state: 'absent', reason: 'no apt-get' } } as const
    expect(judge(absent).map(({ met }) => met)).toEqual(Array.from({ length: 8 }, () => null))
  })
})

describe('the collector', () => {
  it('gives medians over the rounds and keeps every reading', () => {
    const collector = new Collector()
    for (const ms of [30, 10, 20]) collector.add('cold-start', { ms })
    const result = collector.result('1')
    expect(result).toMatchObject({ state: 'measured', figures: { 'cold-start': { ms: { median: 20, samples: [30, 10, 20] } } } })
  })

  it('keeps why something failed', () => {
    const collector = new Collector()
    collector.fail('locks', new Error('broken'))
    expect(collector.result('1')).toMatchObject({ failures: [{ scenario: 'locks', reason: 'broken' }] })
  })
})

describe('the report', () => {
  it('shows medians, ratios and what became of the targets', () => {
    const text = renderReport(
      report({ synod: measured({ rate: 3000, killMs: 80 }), zookeeper: measured({ rate: 1000, killMs: 400 }, '3.8.0') }),
    )
    expect(text).toMatch(/Synod 1\.0 +ZooKeeper 3\.8\.0 +× ZooKeeper\n/)
    expect(text).toMatch(/writes, one after the other +\/s +3,000 +1,000 +3\.00 ×\n/)
    expect(text).toMatch(/SIGKILL\): gap between writes +ms +80\.0 +400 +5\.00 ×\n/)
    expect(text).toMatch(/beside ZooKeeper +≥ 1\.5 × +3\.00 × +met/)
    expect(text).toMatch(/killed \(SIGKILL\), p50 +≤ 60 ms +80 ms +NOT MET/)
    expect(text).not.toContain('lock + unlock, one')
  })

  it('warns when the machine was not quiet', () => {
    expect(renderReport(report({}, 2))).toContain('the machine was BUSY before (load 2.0')
    expect(renderReport(report({}, 0.1))).not.toContain('BUSY')
  })

  it('never passes over who is absent or what failed', () => {
    const collector = new Collector()
    collector.fail('stop-gap', new Error('it never came back'))
    const text = renderReport(report({ synod: collector.result('1'), etcd: { state: 'absent', reason: 'this system has no apt-get' } }))
    expect(text).toContain('etcd is ABSENT: this system has no apt-get')
    expect(text).toContain('etcd (absent)')
    expect(text).toContain('Synod, stop-gap FAILED: it never came back')
  })
})
