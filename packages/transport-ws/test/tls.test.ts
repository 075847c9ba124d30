import { once } from 'node:events'
import { connect } from 'node:net'
import type { WsTlsOptions } from '@synod/transport-ws'
import { generate, type CertificateExtension } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import { nobody, startServer, type Server } from './servers.ts'

interface Authority {
  readonly key: string
  readonly cert: string
}

const names: CertificateExtension = {
  name: 'subjectAltName',
  altNames: [
    { type: 7, ip: '127.0.0.1' },
    { type: 2, value: 'localhost' },
  ],
}

async function authority(name: string): Promise<Authority> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true },
    ],
  })
  return { key, cert }
}

async function issue(ca: Authority, name: string): Promise<Authority> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    ca,
    extensions: [{ name: 'basicConstraints', cA: false }, names],
  })
  return { key, cert }
}

let ca: Authority
let other: Authority
let one: Authority
let two: Authority
let foreign: Authority

beforeAll(async () => {
  ;[ca, other] = await Promise.all([authority('ours'), authority('theirs')])
  ;[one, two, foreign] = await Promise.all([issue(ca, 'one'), issue(ca, 'two'), issue(other, 'foreign')])
})

const secure = (server: Server): string => server.url.replace('ws:', 'wss:')

async function start(id: number, tls: WsTlsOptions): Promise<Server> {
  return await startServer(id, { tls, peers: { [id]: 'wss://127.0.0.1:0' } })
}

function introduceSecurely(...servers: Server[]): void {
  const peers = Object.fromEntries(servers.map((server) => [server.id, secure(server)]))
  for (const server of servers) server.transport.setPeers(peers)
}

describe('TLS', () => {
  it('connects servers whose certificates the authority signed', async () => {
    const [a, b] = [await start(1, { ...one, ca: ca.cert }), await start(2, { ...two, ca: ca.cert })]
    introduceSecurely(a, b)
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    a.transport.send(2, Uint8Array.of(5), 'control')
    await b.until(() => b.frames(1).length === 1)
    expect([...(b.frames(1)[0] ?? [])]).toEqual([5])
  })

  it('takes certificates as bytes', async () => {
    const bytes = (pem: string): Uint8Array => new TextEncoder().encode(pem)
    const [a, b] = [
      await start(1, { cert: bytes(one.cert), key: bytes(one.key), ca: bytes(ca.cert) }),
      await start(2, { ...two, ca: ca.cert }),
    ]
    introduceSecurely(a, b)
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
  })

  it('mutual: connects both ways when both have a certificate of the authority', async () => {
    const mutual = { ca: ca.cert, requestClientCert: true }
    const [a, b] = [await start(1, { ...one, ...mutual }), await start(2, { ...two, ...mutual })]
    introduceSecurely(a, b)
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    expect([a.story(2), b.story(1)]).toEqual([['opened 1'], ['opened 1']])
  })

  it('mutual: turns away a caller whose certificate another authority signed', async () => {
    const a = await start(1, { ...one, ca: ca.cert, requestClientCert: true })
    const b = await start(2, { ...foreign, ca: ca.cert })
    a.transport.setPeers({ 1: secure(a), 2: nobody.replace('ws:', 'wss:') })
    b.transport.setPeers({ 1: secure(a), 2: secure(b) })
    await a.until(() => a.rejections().length > 0)
    expect(a.rejections()[0]).toMatchObject({ peer: null, code: 'SYNOD_UNAUTHORIZED', message: expect.stringContaining('TLS') })
    expect([a.open.size, b.open.size]).toEqual([0, 0])
  })

  it('does not connect to a listener whose certificate another authority signed', async () => {
    const [a, b] = [await start(1, { ...foreign, ca: ca.cert }), await start(2, { ...two, ca: ca.cert })]
    b.transport.setPeers({ 1: secure(a), 2: secure(b) })
    await b.until(() => b.rejections().length > 0)
    expect(b.rejections()[0]).toMatchObject({ peer: 1, code: 'SYNOD_UNAUTHORIZED', message: expect.stringContaining('TLS') })
  })

  it('does not speak plain to a listener that expects TLS, nor TLS to a plain one', async () => {
    const [a, b] = [await start(1, { ...one, ca: ca.cert }), await startServer(2)]
    b.transport.setPeers({ 1: a.url, 2: b.url })
    a.transport.setPeers({ 1: secure(a), 2: secure(b) })
    await a.until(() => a.rejections().some(({ peer }) => peer === 2) && a.rejections().some(({ peer }) => peer === null))
    expect([a.open.size, b.open.size]).toEqual([0, 0])
  })

  it('does not keep a caller that says nothing', { timeout: 60_000 }, async () => {
    const a = await start(1, { ...one, ca: ca.cert })
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(a.url).port) })
    socket.on('error', () => undefined)
    await once(socket, 'close')
    expect(a.rejections()).toMatchObject([{ peer: null, code: 'SYNOD_UNAUTHORIZED', message: expect.stringContaining('TLS') }])
  })
})
