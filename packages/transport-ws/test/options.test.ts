import { SynodError, type ConfigIssue } from '@synod/interface'
import { createWsTransport, type WsTransportOptions } from '@synod/transport-ws'
import { describe, expect, it } from 'vitest'
import { optionsOf, startServer } from './servers.ts'

function issuesOf(options: object): readonly ConfigIssue[] {
  try {
    createWsTransport(options as WsTransportOptions)
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_INVALID_CONFIG')) return error.issues
    throw error
  }
  return []
}

function paths(options: object): string[] {
  return issuesOf(options)
    .map(({ path }) => path)
    .sort((a, b) => (a < b ? -1 : 1))
}

describe('options', () => {
  it('the smallest ones are accepted', () => {
    expect(issuesOf(optionsOf(1))).toEqual([])
  })

  it('every issue is told at once', () => {
    expect(
      paths({
        ...optionsOf(1),
        id: 0,
        listen: { host: '', port: 70_000, backlog: 5 },
        peers: { 1: 'http://a', two: 'ws://b' },
        secret: '',
        queueBytesMax: 1.5,
        reconnect: { minMs: 600, maxMs: 500, jitter: true },
        pingInterval: 5,
        logger: {},
      }),
    ).toEqual([
      'id',
      'listen.backlog',
      'listen.host',
      'listen.port',
      'logger',
      'peers.1',
      'peers.two',
      'pingInterval',
      'queueBytesMax',
      'reconnect',
      'reconnect.jitter',
      'secret',
    ])
  })

  it.each([[undefined], [null], ['text'], [{}]])('%s is refused with what is missing', (options) => {
    expect(paths(options as unknown as object)).toEqual(expect.arrayContaining(['clock', 'id', 'listen', 'peers', 'random']))
  })

  it.each([
    ['not-a-url', /address like ws:/],
    ['http://host:1', /begin with ws:/],
    ['ws://host:1#x', /fragment/],
    ['ws://u:p@host:1', /secret/],
    ['ws://host:0', /port 0/],
    [7, /address like/],
  ])('the address %s is refused', (url, message) => {
    const issues = issuesOf({ ...optionsOf(1), peers: { 1: 'ws://a:1', 2: url } })
    expect(issues).toMatchObject([{ path: 'peers.2', message: expect.stringMatching(message) }])
  })

  it('the own address must be there', () => {
    expect(issuesOf({ ...optionsOf(1), peers: { 2: 'ws://a:1' } })).toMatchObject([
      { path: 'peers.1', message: expect.stringMatching(/this one \(id 1\) included/) },
    ])
  })

  it('relations are told with their numbers', () => {
    expect(issuesOf({ ...optionsOf(1), queueBytesMax: 2000, frameBytesMax: 3000 })).toMatchObject([
      { path: 'queueBytesMax', message: expect.stringMatching(/2000.*3000/) },
    ])
  })

  it('tls needs PEM that fits, an authority when certificates are requested, and wss addresses', () => {
    const wss = { peers: { 1: 'wss://a:1' } }
    expect(paths({ ...optionsOf(1), ...wss, tls: { cert: 'x', key: 'y' } })).toEqual(['tls'])
    expect(paths({ ...optionsOf(1), ...wss, tls: { cert: 7, requestClientCert: true, pfx: 1 } })).toEqual([
      'tls.ca',
      'tls.cert',
      'tls.key',
      'tls.pfx',
    ])
    expect(paths({ ...optionsOf(1), tls: 'yes' })).toEqual(['tls'])
    expect(paths({ ...optionsOf(1), tls: { cert: 'x', key: 'y' } })).toEqual(['peers.1', 'tls'])
  })

  it('setPeers refuses bad addresses and then changes nothing', async () => {
    const a = await startServer(1)
    expect(() => a.transport.setPeers({ 1: a.url, 2: 'nonsense', 3: 'ws://127.0.0.1:0' })).toThrow(/peers\.2.*\n.*peers\.3/)
    a.transport.setPeers({ 1: a.url })
    expect(a.told).toEqual([])
  })
})
