import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReportTable } from '../src/report-table.ts'

let dir = ''
const tables: ReportTable[] = []

function open(): ReportTable {
  const table = new ReportTable(join(dir, 'report.sqlite'))
  tables.push(table)
  return table
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'singleton-job-'))
})

afterEach(() => {
  for (const table of tables.splice(0)) table.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('the fence in the row', () => {
  it('lets the same and later holders write, and changes 0 rows for an earlier one', () => {
    const [before, after] = [open(), open()]
    expect(before.write('daily', { value: 'old', fence: 7n })).toBe(1)
    expect(before.write('daily', { value: 'old again', fence: 7n })).toBe(1)
    expect(after.write('daily', { value: 'new', fence: 9n })).toBe(1)
    expect(before.write('daily', { value: 'late', fence: 7n })).toBe(0)
    expect(after.read('daily')).toEqual({ value: 'new', fence: 9n })
  })

  it('is what keeps the late value out: without it, the old value wins', () => {
    const table = open()
    table.writeUnfenced('daily', { value: 'new', fence: 9n })
    expect(table.writeUnfenced('daily', { value: 'late', fence: 7n })).toBe(1)
    expect(table.read('daily')).toEqual({ value: 'late', fence: 7n })
  })

  it('keeps tokens that a double could not hold', () => {
    const table = open()
    const fence = 2n ** 60n + 1n
    table.write('daily', { value: 'new', fence })
    expect(table.write('daily', { value: 'late', fence: fence - 1n })).toBe(0)
    expect(table.read('daily')?.fence).toBe(fence)
  })
})
