import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '@synod/client'
import { SynodError } from '@synod/interface'
import { startNode } from 'synod'
import type { NodeConfig, SynodNode } from 'synod'
import { scratchFolder } from '../scratch.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)

async function started(config: NodeConfig): Promise<SynodNode> {
  const node = await startNode(config)
  onTestFinished(() => node.close({ graceful: false }))
  return node
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer()
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

async function httpStatus(endpoint: string, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${endpoint.replace('ws:', 'http:')}${path}`)
  return { status: response.status, body: await response.text() }
}

describe('one server alone', () => {
  it('leads, serves its own client and others, and keeps its data', async () => {
    const config = { id: 1, dataDir: scratchFolder(), clients: { port: 0 } }
    const node = await started(config)
    expect(await node.ready()).toBe(1)
    await node.waitFor('established')
    await node.client.create('/a', bytes('1'))
    const client = await connect({ servers: [node.endpoint] })
    expect(text((await client.get('/a')).data)).toBe('1')
    await client.close()
    await node.close()
    const again = await started(config)
    await again.ready()
    expect(text((await again.client.get('/a')).data)).toBe('1')
    expect(again.status().incarnation).toBe(2)
  })

  it('opens no port when nobody else is to reach it', async () => {
    const node = await started({ id: 1, dataDir: scratchFolder() })
    expect(node.endpoint).toBe('')
    await node.ready()
    await node.client.create('/a', bytes(''))
  })

  it('tells whether it is alive and ready', async () => {
    const node = await started({ id: 1, dataDir: scratchFolder(), clients: { port: 0 } })
    await node.ready()
    expect(await httpStatus(node.endpoint, '/livez')).toEqual({ status: 200, body: 'ok\n' })
    expect((await httpStatus(node.endpoint, '/readyz?verbose')).body).toMatch(/\[\+\]open ok[^]*\[\+\]leader ok/)
  })

  it('asks clients for a secret of their own', async () => {
    const node = await started({ id: 1, dataDir: scratchFolder(), secret: 'peers', clients: { port: 0, secret: 'clients' } })
    await expect(connect({ servers: [node.endpoint], secret: 'peers' })).rejects.toMatchObject({ code: 'SYNOD_UNAUTHORIZED' })
    const client = await connect({ servers: [node.endpoint], secret: 'clients' })
    await client.close()
  })
})

describe('three servers', () => {
  it('elect a leader over sockets, and another one when it closes', async () => {
    const folder = scratchFolder()
    const ports = await freePorts(3)
    const peers = Object.fromEntries(ports.map((port, index) => [index + 1, `ws://127.0.0.1:${port}`]))
    const nodes = await Promise.all([1, 2, 3].map((id) => started({ id, dataDir: join(folder, String(id)), peers, secret: 's3cret' })))
    const leader = await Promise.all(nodes.map((node) => node.ready()))
    expect(new Set(leader).size).toBe(1)
    const leading = nodes.find(({ id }) => id === leader[0])
    const others = nodes.filter((node) => node !== leading)
    await others[0]?.client.create('/a', bytes('1'))
    const successor = Promise.any(others.map((node) => node.waitFor('established').then(() => node.id)))
    await leading?.close()
    expect(others.map(({ id }) => id)).toContain(await successor)
    expect(text((await others[1]?.client.get('/a'))?.data ?? bytes(''))).toBe('1')
  })
})

describe('a start that fails', () => {
  it('closes everything again', async () => {
    const [port = 0, peerPort = 0] = await freePorts(2)
    const dataDir = scratchFolder()
    const config = { id: 1, dataDir, clients: { port }, peers: { 1: `ws://127.0.0.1:${peerPort}` } }
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(peerPort, '127.0.0.1', resolve))
    await expect(startNode(config)).rejects.toMatchObject({ code: 'SYNOD_PORT_IN_USE' })
    await new Promise((resolve) => blocker.close(resolve))
    const node = await started(config)
    expect(await node.ready()).toBe(1)
  })

  it('names the client port in use before the store is touched', async () => {
    const first = await started({ id: 1, dataDir: scratchFolder(), clients: { port: 0 } })
    const port = Number(new URL(first.endpoint).port)
    await expect(startNode({ id: 1, dataDir: scratchFolder(), clients: { port } })).rejects.toMatchObject({ code: 'SYNOD_PORT_IN_USE' })
  })

  it('does not share a store with another server', async () => {
    const dataDir = scratchFolder()
    await started({ id: 1, dataDir })
    await expect(startNode({ id: 1, dataDir })).rejects.toMatchObject({ code: 'SYNOD_STORAGE_IN_USE' })
  })

  it('does not take the store of another cluster', async () => {
    const dataDir = scratchFolder()
    const node = await started({ id: 1, dataDir, cluster: 'a' })
    await node.ready()
    await node.close()
    await expect(startNode({ id: 1, dataDir, cluster: 'b' })).rejects.toMatchObject({ code: 'SYNOD_STORAGE_FOREIGN' })
  })

  it('rejects with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('not today'))
    await expect(startNode({ id: 1, dataDir: scratchFolder(), signal })).rejects.toThrow('not today')
  })
})

describe('waiting for a leader', () => {
  it('ends with the signal, and with the node', async () => {
    const [port = 0, other = 0] = await freePorts(2)
    const node = await started({ id: 1, dataDir: scratchFolder(), peers: { 1: `ws://127.0.0.1:${port}`, 2: `ws://127.0.0.1:${other}` } })
    const abort = new AbortController()
    const waiting = node.ready({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const untilClosed = node.ready().catch((error: unknown) => error)
    await node.close({ graceful: false })
    expect(SynodError.is(await untilClosed, 'SYNOD_STOPPED')).toBe(true)
    await node.close()
  })
})
