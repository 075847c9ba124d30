import { generate } from 'selfsigned'
import type { CertificateExtension } from 'selfsigned'
import { expect, it, onTestFinished } from 'vitest'
import { connect } from '@synod/client'
import { startNode } from 'synod'
import { scratchFolder } from '../scratch.ts'

interface Pair {
  readonly key: string
  readonly cert: string
}

async function certificate(name: string, extensions: CertificateExtension[], ca?: Pair): Promise<Pair> {
  const options = { algorithm: 'sha256', keyType: 'ec', extensions, ...(ca === undefined ? {} : { ca }) } as const
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], options)
  return { key, cert }
}

it('clientTls with ca asks clients for certificates, and needs no secret then', { timeout: 60_000 }, async () => {
  const ca = await certificate('ca', [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true },
  ])
  const names: CertificateExtension = { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }
  const [server, client] = await Promise.all(['server', 'client'].map((name) => certificate(name, [names], ca)))
  const clientTls = { ...server, ca: ca.cert }
  const node = await startNode({ id: 1, dataDir: scratchFolder(), clients: { host: '0.0.0.0', port: 0 }, clientTls })
  onTestFinished(() => node.close({ graceful: false }))
  await node.waitFor('established')
  const servers = [node.endpoint.replace('0.0.0.0', '127.0.0.1')]
  const known = await connect({ servers, tls: { ...client, ca: ca.cert } })
  await known.close()
  await expect(connect({ servers, tls: { ca: ca.cert }, connectTimeoutMs: 300 })).rejects.toMatchObject({ code: 'SYNOD_UNREACHABLE' })
})
