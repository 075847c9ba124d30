import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'
import { startNode } from 'synod'
import type { NodeConfig } from 'synod'
import { advertised } from '../../dist/node/resolve-config.js'
import { scratchFolder } from '../scratch.ts'

async function issuesOf(config: object): Promise<readonly ConfigIssue[]> {
  const error: unknown = await startNode(config as NodeConfig).then(
    () => 'it started',
    (reason: unknown) => reason,
  )
  if (!SynodError.is(error, 'SYNOD_INVALID_CONFIG')) throw new Error(`not refused as a config: ${String(error)}`)
  return error.issues
}

const pathsOf = async (config: object): Promise<string[]> => (await issuesOf(config)).map(({ path }) => path)
const two = { 1: 'ws://127.0.0.1:7401', 2: 'ws://127.0.0.1:7402' }

describe('a config that cannot be used', () => {
  it('is answered with every issue at once, and touches nothing', async () => {
    const dataDir = join(scratchFolder(), 'data')
    const config = {
      id: 0,
      dataDir,
      cluster: 'no spaces',
      peers: { 1: 'http://a', x: 'ws://b:1' },
      sercet: 'typo',
      clients: { port: 70_000, hots: 'a' },
      sessionTimeoutMinMs: 9,
      sessionTimeoutMaxMs: 8,
      timings: { heartbeatIntervalMs: 60, suspicionTimeoutMinMs: 100 },
      limits: { keepEntries: -1 },
    }
    const paths = await pathsOf(config)
    for (const path of [
      'id',
      'cluster',
      'peers.1',
      'peers.x',
      'sercet',
      'clients.port',
      'clients.hots',
      'sessionTimeoutMinMs',
      'timings.suspicionTimeoutMinMs',
      'limits.keepEntries',
    ])
      expect(paths).toContain(path)
    expect(new Set(paths).size).toBe(paths.length)
    expect(existsSync(dataDir)).toBe(false)
  })

  it('names relations with their numbers', async () => {
    const issues = await issuesOf({ id: 1, dataDir: scratchFolder(), timings: { heartbeatIntervalMs: 60, suspicionTimeoutMinMs: 100 } })
    expect(issues).toEqual([{ path: 'timings.suspicionTimeoutMinMs', message: '(100) must exceed 2 × heartbeatIntervalMs (60)' }])
  })

  it('needs its own address among the peers', async () => {
    expect(await pathsOf({ id: 3, dataDir: scratchFolder(), peers: two })).toEqual(['peers.3'])
    expect(await pathsOf({ id: 0, dataDir: scratchFolder() })).toEqual(['id'])
  })

  it.each([
    ['clients on all interfaces', { clients: { host: '0.0.0.0', port: 0 } }, 'clients.host'],
    ['peers on another address', { peers: { 1: 'ws://10.0.0.1:7401', 2: 'ws://10.0.0.2:7401' } }, 'secret'],
    ['peers on all interfaces', { peers: two, listen: { host: '0.0.0.0' } }, 'secret'],
    ['clientTls without clients', { clientTls: { cert: 'c', key: 'k' } }, 'clientTls'],
    ['clientTls without a key', { clients: { port: 0 }, clientTls: { ca: 'c' } }, 'clientTls'],
    ['an advertised address that is none', { clients: { port: 0, advertise: 'example.org' } }, 'clients.advertise'],
    ['an advertised address with a fragment', { clients: { port: 0, advertise: 'ws://host:7411#a' } }, 'clients.advertise'],
    ['listen without peers', { listen: { port: 1 } }, 'listen'],
    ['an empty secret', { secret: '' }, 'secret'],
    ['clients that are no object', { clients: 7411 }, 'clients'],
  ])('%s is refused', async (_name, part, path) => {
    expect(await pathsOf({ id: 1, dataDir: scratchFolder(), ...part })).toContain(path)
  })

  it.each([null, 'text', 7, true])('%j in the place of a group of options is one issue, not a crash', async (value) => {
    const config = {
      id: 1,
      dataDir: scratchFolder(),
      peers: two,
      timings: value,
      limits: value,
      listen: value,
      tls: value,
      clients: value ?? 7,
    }
    expect((await pathsOf(config)).toSorted()).toEqual(['clients', 'limits', 'listen', 'timings', 'tls'])
  })

  it('may hold objects anywhere, whatever they make of themselves as text', async () => {
    const odd = { toString: 'no function' }
    const config = {
      id: odd,
      dataDir: odd,
      cluster: [odd],
      peers: { 1: odd, 2: [odd] },
      listen: { host: odd, port: [odd] },
      secret: odd,
      clients: { host: odd, port: odd, advertise: odd },
      sessionTimeoutMinMs: odd,
      timings: { heartbeatIntervalMs: [odd] },
      limits: { keepEntries: odd },
    }
    const paths = await pathsOf(config)
    for (const path of [
      'id',
      'dataDir',
      'cluster',
      'peers.1',
      'listen.host',
      'listen.port',
      'secret',
      'clients.host',
      'clients.port',
      'clients.advertise',
      'sessionTimeoutMinMs',
      'timings.heartbeatIntervalMs',
      'limits.keepEntries',
    ])
      expect(paths).toContain(path)
  })

  it('does not take a file for the data directory', async () => {
    const file = join(scratchFolder(), 'file')
    writeFileSync(file, '')
    expect(await pathsOf({ id: 1, dataDir: file })).toEqual(['dataDir'])
  })

  it('must be an object', async () => {
    await expect(startNode(undefined as unknown as NodeConfig)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('the endpoint that clients are told', () => {
  const base = { id: 1, dataDir: 'data', peers: { 1: 'wss://synod-1.example:7401' } }
  const clients = { host: '0.0.0.0', port: 7411, secret: undefined, advertise: '' }

  it('is where it listens', () => {
    expect(advertised(base, { ...clients, host: '127.0.0.1' }, 'ws://127.0.0.1:7411')).toBe('ws://127.0.0.1:7411')
  })

  it('has the host of the own peer address when it listens everywhere', () => {
    expect(advertised(base, clients, 'wss://0.0.0.0:7411')).toBe('wss://synod-1.example:7411')
    expect(advertised({ ...base, peers: { 1: 'ws://[fd00::1]:7401' } }, { ...clients, host: '::' }, 'ws://[::]:7411')).toBe(
      'ws://[fd00::1]:7411',
    )
  })

  it('is none when one server alone listens everywhere: clients go on with the address that they have', () => {
    expect(advertised({ id: 1, dataDir: 'data' }, clients, 'ws://0.0.0.0:7411')).toBe('')
  })

  it('is what the config says, whatever else', () => {
    expect(advertised(base, { ...clients, advertise: 'wss://proxy:443' }, 'ws://0.0.0.0:7411')).toBe('wss://proxy:443')
  })
})
