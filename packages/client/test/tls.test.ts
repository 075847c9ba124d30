import { generate } from 'selfsigned'
import type { CertificateExtension } from 'selfsigned'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@synod/client'
import { bytes, codeOf } from './support/world.ts'
import { startServer, stopServers } from './support/ws-server.ts'

interface Pair {
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

async function authority(name: string): Promise<Pair> {
  const extensions: CertificateExtension[] = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true },
  ]
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { algorithm: 'sha256', keyType: 'ec', extensions })
  return { key, cert }
}

async function issue(ca: Pair, name: string): Promise<Pair> {
  const extensions: CertificateExtension[] = [{ name: 'basicConstraints', cA: false }, names]
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    ca,
    extensions,
  })
  return { key, cert }
}

describe('clients over TLS', () => {
  let ca: Pair
  let server: Pair
  let client: Pair
  let stranger: Pair

  beforeAll(async () => {
    const other = await authority('theirs')
    ca = await authority('ours')
    ;[server, client, stranger] = await Promise.all([issue(ca, 'server'), issue(ca, 'client'), issue(other, 'stranger')])
  })

  afterEach(stopServers)

  it('trust only servers whose certificate the authority signed', async () => {
    const { endpoint } = await startServer({ tls: server })
    expect(endpoint).toMatch(/^wss:/)
    const trusting = await connect({ servers: [endpoint], tls: { ca: ca.cert } })
    await trusting.create('/a', bytes(''))
    await trusting.close()
    const { endpoint: theirs } = await startServer({ tls: stranger })
    await expect(connect({ servers: [theirs], tls: { ca: ca.cert }, connectTimeoutMs: 200 })).rejects.toMatchObject({
      code: 'SYNOD_UNREACHABLE',
      message: expect.stringMatching(/certificate/),
    })
  })

  it('need a certificate themselves when the server asks for one, which then may listen anywhere', async () => {
    const { listener } = await startServer({
      host: '0.0.0.0',
      tls: { ...server, ca: new TextEncoder().encode(ca.cert), requestClientCert: true },
    })
    const servers = [`wss://127.0.0.1:${listener.port}`]
    const known = await connect({ servers, tls: { ...client, ca: ca.cert } })
    await known.close()
    expect(await codeOf(connect({ servers, tls: { ...stranger, ca: ca.cert }, connectTimeoutMs: 200 }))).toBe('SYNOD_UNREACHABLE')
    expect(await codeOf(connect({ servers, tls: { ca: ca.cert }, connectTimeoutMs: 200 }))).toBe('SYNOD_UNREACHABLE')
  })

  it('is not mutual without requestClientCert, and needs what belongs together', async () => {
    expect(await codeOf(startServer({ host: '0.0.0.0', tls: { ...server, ca: ca.cert } }))).toBe('SYNOD_INVALID_CONFIG')
    await expect(startServer({ tls: { cert: server.cert, requestClientCert: true } })).rejects.toThrow(/cert and key together.*tls\.ca/)
    await expect(startServer({ tls: { colour: 'red' } as never })).rejects.toThrow(/tls\.colour/)
    const swapped = { cert: server.key, key: server.cert }
    expect(await codeOf(startServer({ tls: swapped }))).toBe('SYNOD_INVALID_CONFIG')
    expect(await codeOf(connect({ servers: ['wss://127.0.0.1:1'], tls: { ...swapped, ca: ca.cert } }))).toBe('SYNOD_INVALID_CONFIG')
  })
})
