import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../src/files.ts'
import { freePorts } from '../src/ports.ts'
import { ServerProcess } from '../src/server-process.ts'
import { TestCluster } from '../src/test-cluster.ts'

/** Exit codes of `synod serve`; see its README. */
const exits = { usage: 2, portInUse: 8 } as const

let cluster: TestCluster

beforeAll(async () => {
  cluster = await TestCluster.start({ size: 1 })
})

afterAll(() => cluster?.close())

/** Another server of its own, not started, whose config can be wrong in any way. */
async function another(): Promise<ServerProcess> {
  const [peer, port = 0] = await freePorts(2)
  const dataDir = join(cluster.folder, 'never')
  const config = { id: 1, cluster: 'other', dataDir, peers: { 1: `ws://127.0.0.1:${peer}` }, clients: { port } }
  return new ServerProcess({ program: 'serve', guard: cluster.guard, configFile: join(cluster.folder, 'other.json'), config })
}

describe('a server whose config is wrong ends with one message that names everything, and makes no folder', () => {
  it('unknown options and wrong values, all at once', async () => {
    const server = await another()
    server.startWith(
      JSON.stringify({
        ...server.config,
        id: 70_000,
        coulour: 'green',
        peers: { 1: 'http://127.0.0.1:1', two: 'ws://127.0.0.1:2' },
        timings: { heartbeatIntervalMs: 100, suspicionTimeoutMinMs: 150, speed: 1 },
        clients: { port: 99_999, hosts: 'x' },
      }),
    )
    expect(await server.exited).toEqual({ code: exits.usage, signal: null })
    for (const words of ['SYNOD_INVALID_CONFIG', 'coulour', 'clients.hosts', 'clients.port', '99999', 'timings.speed', 'peers'])
      expect(server.output).toContain(words)
    expect(server.output).toMatch(/^ {2}id .*70000/m)
    expect(server.output).toMatch(/suspicionTimeoutMinMs.*\(150\).*2 × heartbeatIntervalMs/)
    expect(server.output).not.toMatch(/\n\s+at /)
    expect(filesOf(server.config.dataDir)).toEqual({})
  })

  it('a file that is no JSON', async () => {
    const server = await another()
    server.startWith('Dear aunt,')
    expect(await server.exited).toEqual({ code: exits.usage, signal: null })
    expect(server.output).toMatch(/other\.json is not JSON.*SYNOD_INVALID_CONFIG/)
    expect(server.output.trim().split('\n')).toHaveLength(1)
    expect(filesOf(server.config.dataDir)).toEqual({})
  })

  it('an address that others can reach, without a secret', async () => {
    const server = await another()
    server.startWith(JSON.stringify({ ...server.config, clients: { host: '0.0.0.0', port: 0 } }))
    expect(await server.exited).toEqual({ code: exits.usage, signal: null })
    expect(server.output).toMatch(/clients\.host.*secret.*mutual TLS/)
    expect(filesOf(server.config.dataDir)).toEqual({})
  })
})

describe('a server whose port is in use ends with the port in its message and changes nothing', () => {
  it.each(['clients', 'peers'])('the one for %s', async (which) => {
    const [running] = cluster.servers
    if (running === undefined) throw new Error('one server was expected')
    const taken = which === 'clients' ? running.config.clients.port : cluster.peerPorts.get(1)
    const server = await another()
    server.start(which === 'clients' ? { clients: { port: taken ?? 0 } } : { peers: { 1: `ws://127.0.0.1:${taken}` } })
    expect(await server.exited).toEqual({ code: exits.portInUse, signal: null })
    expect(server.output).toMatch(new RegExp(`${taken}.*\\(SYNOD_PORT_IN_USE\\)`))
    expect(server.output.split('\n').filter((line) => line.startsWith('synod: '))).toHaveLength(1)
    expect(await running.status()).toMatchObject({ role: 'leading', strength: 'established' })
  })
})
