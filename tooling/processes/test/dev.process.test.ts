import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { RunningCommand, synod } from '../src/command-line.ts'
import { DevCluster } from '../src/dev-cluster.ts'
import { eventually, isRunning } from '../src/processes.ts'

describe('a running synod dev', () => {
  let cluster: DevCluster
  beforeAll(async () => {
    cluster = await new DevCluster().up()
  })
  afterAll(() => cluster.end())

  it('says who leads, in which epoch, and where to connect', async () => {
    const { leader, epoch, servers } = await cluster.status()
    expect(cluster.dev.stdout).toMatch(/^3 servers are up: server \d leads in epoch \d+ \(after /m)
    // A busy machine may have changed the leader since; then that was said, too.
    expect(cluster.dev.stdout).toContain(`server ${leader} leads in epoch ${epoch}`)
    expect(cluster.dev.stdout).toContain(`connect to ${servers.map(({ endpoint }) => endpoint).join(',')}`)
    expect(servers.map(({ id }) => id)).toEqual([1, 2, 3])
    for (const server of servers) {
      expect(server).toEqual({
        id: server.id,
        role: server.id === leader ? 'leading' : 'following',
        epoch,
        reachable: true,
        zxid: { epoch, index: expect.any(Number) as number },
        pid: expect.any(Number) as number,
        endpoint: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/) as string,
      })
      expect(isRunning(server.pid)).toBe(true)
    }
  })

  it('refuses a second one on its folder, and says where it runs', async () => {
    const second = await cluster.run('dev', '--base-port', '0')
    expect(second.code).toBe(7)
    expect(second.stderr).toContain(`process ${cluster.dev.pid}`)
    for (const { endpoint } of (await cluster.status()).servers) expect(second.stderr).toContain(endpoint)
    expect((await cluster.run('get', '/')).code).toBe(0)
  })

  it('runs beside another one, and names ports in use', async () => {
    const port = Number(/"peer": "ws:\/\/127\.0\.0\.1:(\d+)"/.exec(readFileSync(join(cluster.folder, '.synod/cluster.json'), 'utf8'))?.[1])
    const other = await cluster.run('dev', '--dir', 'other', '--base-port', String(port - 1))
    expect(other).toMatchObject({ code: 8, stderr: expect.stringMatching(new RegExp(`${port}.*--base-port`)) as string })
    const beside = cluster.start(['dev', '--dir', 'other', '--base-port', '0', '--servers', '1'])
    await beside.prints(/1 server is up/)
    await beside.end()
  })

  it('keeps cluster.json true', async () => {
    const read = (): { pid: number; servers: { id: number; pid: number }[] } =>
      JSON.parse(readFileSync(join(cluster.folder, '.synod/cluster.json'), 'utf8')) as never
    expect(read().pid).toBe(cluster.dev.pid)
    const { servers } = await cluster.status()
    expect(read().servers.map(({ pid }) => pid)).toEqual(servers.map(({ pid }) => pid))
    process.kill(servers[0]?.pid ?? 0, 'SIGKILL')
    await eventually('the new process is in the file', () => ![0, servers[0]?.pid].includes(read().servers[0]?.pid))
  })
})

async function devCluster(...args: readonly string[]): Promise<DevCluster> {
  const cluster = new DevCluster(args)
  onTestFinished(() => cluster.end())
  return await cluster.up()
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'synod-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('a synod dev of its own', () => {
  it('ends its servers when it ends, and keeps their data', async () => {
    const cluster = await devCluster('--servers', '2')
    const { servers } = await cluster.status()
    await cluster.run('set', '/kept', 'yes')
    await cluster.dev.end('SIGINT')
    for (const { pid } of servers) expect(isRunning(pid)).toBe(false)
    expect(existsSync(join(cluster.folder, '.synod/cluster.json'))).toBe(false)
    const again = await new DevCluster(['--servers', '2'], cluster.folder).up()
    onTestFinished(() => again.end())
    expect((await again.run('get', '/kept')).stdout).toBe('yes\n')
  })

  it('takes its servers along when it is killed', async () => {
    const cluster = await devCluster('--servers', '2')
    const { servers } = await cluster.status()
    await cluster.dev.end('SIGKILL')
    await eventually('all servers have ended', () => servers.every(({ pid }) => !isRunning(pid)))
    const refused = await cluster.run('get', '/')
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('is not running') as string })
    const again = await new DevCluster(['--servers', '2'], cluster.folder).up()
    await again.end()
  })

  it('leaves a dead server down when asked', async () => {
    const cluster = await devCluster('--servers', '2', '--no-restart')
    process.kill((await cluster.status()).servers[0]?.pid ?? 0, 'SIGKILL')
    await cluster.dev.prints(/server 1 .* was ended by SIGKILL; it is not started again/)
  })

  it('does not let a server vote whose store was lost, and says why', async () => {
    const cluster = await devCluster()
    const { leader, servers } = await cluster.status()
    const victim = servers.find(({ id }) => id !== leader)
    rmSync(join(cluster.folder, `.synod/server-${victim?.id}`), { recursive: true })
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    await cluster.dev.prints(/exit code 11.*SYNOD_STORAGE_MISSING.*it is not started again/)
    expect((await cluster.run('set', '/a', '1')).code).toBe(0)
  })

  it('tells programs what happens', async () => {
    const cluster = new DevCluster(['--json', '--servers', '1'])
    onTestFinished(() => cluster.end())
    const [up = ''] = await cluster.dev.prints(/\{"event":"up".*\}/)
    expect(JSON.parse(up)).toMatchObject({ event: 'up', leader: 1, epoch: 1, servers: [{ id: 1 }] })
  })
})

describe('synod serve', () => {
  it('names everything that is wrong with its config, and exits with 2', async () => {
    const folder = scratchFolder()
    const config = join(folder, 'bad.json')
    writeFileSync(config, JSON.stringify({ id: 0, dataDir: 'x', clients: { port: -1 } }))
    const ended = await synod(['serve', '--config', config], { cwd: folder })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/clients\.port must be[^]*id \(0\) must be/)
  })

  it('stops in order on SIGTERM, and refuses a store that is in use with 11', async () => {
    const folder = scratchFolder()
    const config = join(folder, 'solo.json')
    writeFileSync(config, JSON.stringify({ id: 1, dataDir: 'solo', clients: { port: 0 } }))
    const server = new RunningCommand(['serve', '--config', config], { cwd: folder })
    await server.prints(/"msg":"started"/)
    expect((await synod(['serve', '--config', config], { cwd: folder })).code).toBe(11)
    const { code, stdout } = await server.end()
    expect(code).toBe(0)
    expect(stdout).toContain('"msg":"stopped"')
  })

  it('turns away clients with a wrong secret, at once and with the reason', async () => {
    const folder = scratchFolder()
    const config = join(folder, 'synod.json')
    writeFileSync(config, JSON.stringify({ id: 1, dataDir: 'data', secret: 'right', clients: { port: 0 } }))
    const server = new RunningCommand(['serve', '--config', config], { cwd: folder })
    onTestFinished(async () => void (await server.end()))
    const [, endpoint = ''] = await server.prints(/"endpoint":"(ws:[^"]+)"/)
    for (const args of [
      ['get', '/'],
      ['set', '/a', '1'],
      ['watch', '/'],
    ]) {
      const refused = await synod([...args, '--servers', endpoint], { cwd: folder, env: { SYNOD_SECRET: 'wrong' } })
      expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('SYNOD_UNAUTHORIZED') as string })
    }
    expect((await synod(['set', '/a', '1', '--servers', endpoint], { cwd: folder, env: { SYNOD_SECRET: 'right' } })).code).toBe(0)
  })
})
