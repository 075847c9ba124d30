import { mkdirSync, writeFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exitCodes } from '../../dist/cli/exit-codes.js'
import { clusterOf, leaderChanged } from '../../dist/cli/dev/cluster-view.js'
import { lockFolder, runs } from '../../dist/cli/dev/folder-lock.js'
import { describeEnd, describeReturn, returned, welcome } from '../../dist/cli/dev/messages.js'
import { choosePorts, portsAbove } from '../../dist/cli/dev/ports.js'
import type { ServerState } from '../../dist/cli/dev/server-process.js'
import { resolveDev } from '../../dist/cli/dev/settings.js'
import { statusTable } from '../../dist/cli/dev/status-table.js'
import { startMark } from '../../dist/cli/process-alive.js'
import type { ServerReport } from '../../dist/cli/server-report.js'
import { scratchFolder } from '../scratch.ts'

function server(id: number, report: Partial<ServerReport> | null): ServerState {
  const full: ServerReport = {
    type: 'report',
    role: 'following',
    strength: 'none',
    epoch: 1,
    leader: 3,
    zxid: { epoch: 1, index: 5 },
    endpoint: '',
    leaderRoundTripMicros: 420,
  }
  return {
    id,
    endpoint: `ws://127.0.0.1:741${id}`,
    peer: `ws://127.0.0.1:740${id}`,
    pid: 100 + id,
    report: report === null ? null : { ...full, ...report },
  }
}

const leading = { role: 'leading', strength: 'established', leaderRoundTripMicros: 0 } as const

describe('the options of dev', () => {
  it('have defaults', () => {
    expect(resolveDev({ restart: true, dir: join(scratchFolder(), 'x') })).toMatchObject({ basePort: 7400, serverCount: 3, restart: true })
  })

  it('are refused all at once', () => {
    expect(() => resolveDev({ restart: true, servers: '0', basePort: '80' })).toThrow(/--servers[^]*--base-port/)
  })

  it('must fit what the folder holds', () => {
    const dir = scratchFolder()
    for (const id of [1, 2, 3]) mkdirSync(join(dir, `server-${id}`))
    writeFileSync(join(dir, 'server-1.json'), '')
    expect(resolveDev({ restart: true, dir }).serverCount).toBe(3)
    expect(() => resolveDev({ restart: true, dir, servers: '5' })).toThrow('use --servers 3')
  })
})

describe('the ports of dev', () => {
  it('lie above the base', () => {
    expect(portsAbove(7400, 2)).toEqual([
      { peer: 7401, client: 7411 },
      { peer: 7402, client: 7412 },
    ])
  })

  it('are named when they are in use, with the way out', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => new Promise((resolve) => void blocker.close(() => resolve())))
    const { port } = blocker.address() as AddressInfo
    await expect(choosePorts(port - 1, 1)).rejects.toMatchObject({
      exitCode: exitCodes.portInUse,
      message: expect.stringMatching(`port ${port} .*--base-port`) as string,
    })
  })

  it('are found for base 0', async () => {
    const [first] = await choosePorts(0, 3)
    expect(first?.client).toBe((first?.peer ?? 0) + 10)
  })
})

describe('the lock of a folder', () => {
  it('lets one in, and the next one when it is given back', () => {
    const dir = join(scratchFolder(), '.synod')
    const unlock = lockFolder(dir)
    expect(() => lockFolder(dir)).toThrow(`running on ${dir} already (process ${process.pid})`)
    unlock()
    lockFolder(dir)()
    expect(existsSync(join(dir, 'dev.lock'))).toBe(false)
  })

  it.each([
    ['a process that has ended', { pid: 2 ** 22 + 1, mark: '' }],
    ['another process with the same id', { pid: process.pid, mark: 'another' }],
  ])('that %s left behind is taken over', (_name, owner) => {
    const dir = scratchFolder()
    writeFileSync(join(dir, 'dev.lock'), JSON.stringify(owner))
    lockFolder(dir)()
  })

  it('knows a process that runs', () => {
    expect(runs({ pid: process.pid, mark: startMark(process.pid) })).toBe(true)
  })
})

describe('what dev sees', () => {
  it('is complete when all lead or follow the same', () => {
    const all = [server(1, {}), server(2, {}), server(3, leading)]
    expect(clusterOf(all)).toMatchObject({ leader: 3, epoch: 1, complete: true })
    expect(clusterOf([server(1, null), server(2, {}), server(3, leading)])).toMatchObject({ leader: 3, complete: false })
    expect(clusterOf([server(1, { epoch: 2 }), server(2, {}), server(3, leading)])).toMatchObject({ leader: null, epoch: 2 })
    expect(clusterOf([])).toMatchObject({ leader: null, epoch: 0, complete: false })
  })

  it('changes with the leader and its epoch', () => {
    const before = clusterOf([server(3, leading)])
    expect(leaderChanged(before, clusterOf([server(3, { ...leading, zxid: { epoch: 1, index: 6 } })]))).toBe(false)
    expect(leaderChanged(before, clusterOf([server(3, { ...leading, epoch: 2 })]))).toBe(true)
    expect(leaderChanged(before, clusterOf([server(3, null)]))).toBe(true)
  })

  it('is a table', () => {
    const down = { ...server(2, null), pid: 0 }
    expect(statusTable(clusterOf([server(1, {}), down, server(3, leading)]))).toEqual([
      'SERVER  ROLE       EPOCH  ZXID  TO LEADER  PID  ENDPOINT',
      '1       following  1      1.5   0.42 ms    101  ws://127.0.0.1:7411',
      '2       down       –      –     –          –    ws://127.0.0.1:7412',
      '3       leading    1      1.5   –          103  ws://127.0.0.1:7413',
    ])
  })
})

describe('what dev says', () => {
  const view = clusterOf([server(1, {}), server(2, {}), server(3, leading)])

  it('names leader, epoch and endpoints, and commands that work here', () => {
    const lines = welcome(view, { dir: '/a/.synod', cwd: '/a', afterMs: 640, restart: true }).join('\n')
    expect(lines).toContain('3 servers are up: server 3 leads in epoch 1 (after 0.64 s)')
    expect(lines).toContain('connect to ws://127.0.0.1:7411,ws://127.0.0.1:7412,ws://127.0.0.1:7413')
    expect(lines).toContain('\n  npx synod get /greeting')
    expect(lines).toContain('kill -9 103')
  })

  it('names the servers when the folder would not be found', () => {
    expect(welcome(view, { dir: '/b', cwd: '/a', afterMs: 1, restart: true }).join('\n')).toContain('  SYNOD_SERVERS=ws://127.0.0.1:7411,')
  })

  it('says why a server ended', () => {
    const failure = { type: 'failure', code: 'SYNOD_STORAGE_CORRUPT', message: 'damaged' } as const
    const end = { pid: 7, code: 11, signal: null, failure }
    expect(describeEnd(1, end, { restarting: false, logFile: 'l' })).toBe(
      'server 1 (process 7) ended with exit code 11: damaged (SYNOD_STORAGE_CORRUPT); it is not started again; its log is l',
    )
    expect(describeEnd(1, { ...end, code: null, signal: 'SIGKILL', failure: null }, { restarting: true, logFile: 'l' })).toContain(
      'was ended by SIGKILL; it is started',
    )
  })

  it('says when a server is back', () => {
    expect(returned(new Set([1, 2]), clusterOf([server(1, {}), server(2, null), server(3, leading)])).map(describeReturn)).toEqual([
      'server 1 is back (process 101) and follows server 3 at 1.5',
    ])
  })
})
