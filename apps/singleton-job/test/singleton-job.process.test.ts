import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReportTable } from '../src/report-table.ts'
import { firstWith, freePorts, Member } from './member.ts'

let dir = ''
let members: Member[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'singleton-job-'))
})

afterEach(async () => {
  await Promise.all(members.splice(0).map((member) => member.end('SIGKILL')))
  rmSync(dir, { recursive: true, force: true })
})

async function startThree(...args: string[]): Promise<ReportTable> {
  const ports = await freePorts(6)
  const peers = [1, 2, 3].map((id) => `${id}=ws://127.0.0.1:${ports[id - 1]}`).join(',')
  const table = new ReportTable(join(dir, 'report.sqlite'))
  members = [1, 2, 3].map((id) => {
    const own = [
      '--peers',
      peers,
      '--client-port',
      String(ports[id + 2]),
      '--data-dir',
      join(dir, String(id)),
      '--table',
      join(dir, 'report.sqlite'),
    ]
    return new Member(id, [...own, ...args])
  })
  return table
}

/** Pauses the holder in the middle of its computation until another one has written, then lets it go on. */
async function pauseTheHolder(): Promise<{ readonly late: Member; readonly next: Member }> {
  const late = await firstWith(members, 'computes')
  late.signal('SIGSTOP')
  const next = await firstWith(members, 'wrote 1 row', late)
  expect(late.lines.some((line) => line.includes('wrote'))).toBe(false)
  late.signal('SIGCONT')
  return { late, next }
}

const oneReportPerTerm = ['--every-ms', '3600000', '--compute-ms', '1000']

describe('a job on exactly one of three processes', () => {
  it('moves to another process when its process is killed', async () => {
    const table = await startThree('--every-ms', '100', '--compute-ms', '0')
    const first = await firstWith(members, 'wrote 1 row')
    await first.end('SIGKILL')
    const second = await firstWith(members, 'wrote 1 row', first)
    expect(table.read('daily')?.value).toBe(`report of process ${second.id}`)
    const others = members.filter((member) => member !== first)
    expect(await Promise.all(others.map((member) => member.end('SIGTERM')))).toEqual([0, 0])
    table.close()
  })

  it('with the fence: a paused holder that writes late changes 0 rows', async () => {
    const table = await startThree(...oneReportPerTerm)
    const { late, next } = await pauseTheHolder()
    await late.line('wrote 0 rows')
    expect(table.read('daily')?.value).toBe(`report of process ${next.id}`)
    await late.line('queues up again')
    table.close()
  })

  it('without the fence: the late write of the paused holder wins', async () => {
    const table = await startThree('--no-fence', ...oneReportPerTerm)
    const { late } = await pauseTheHolder()
    await late.line('wrote 1 row')
    expect(table.read('daily')?.value).toBe(`report of process ${late.id}`)
    table.close()
  })
})
