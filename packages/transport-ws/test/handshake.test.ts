import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TransportIdentity } from '@synod/interface'
import type { WsTransportOptions } from '@synod/transport-ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { introduce, startServer, nobody, type Server } from './servers.ts'
import { Relay } from './relay.ts'

type Half = { options?: Partial<WsTransportOptions>; identity?: Partial<TransportIdentity> }

async function pair(one: Half, two: Half): Promise<[Server, Server]> {
  const a = await startServer(1, one.options, one.identity)
  const b = await startServer(2, two.options, two.identity)
  introduce(a, b)
  return [a, b]
}

async function bothRejected(one: Half, two: Half, code: string): Promise<[string, string]> {
  const [a, b] = await pair(one, two)
  await Promise.all([a, b].map((server) => server.until(() => server.rejections().length > 0)))
  for (const server of [a, b]) {
    expect(server.rejections().map((rejection) => rejection.code)).toEqual(server.rejections().map(() => code))
    expect(server.told.some(({ kind }) => kind === 'opened')).toBe(false)
    expect(server.transport.stats().rejected[code]).toBeGreaterThan(0)
  }
  return [a.rejections()[0]?.message ?? '', b.rejections()[0]?.message ?? '']
}

describe('handshake', () => {
  it('opens with the same secret and tells the incarnations', async () => {
    const secret = { secret: 'correct horse battery staple' }
    const [a, b] = await pair({ options: secret, identity: { incarnation: 7 } }, { options: secret, identity: { incarnation: 9 } })
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    expect([a.open.get(2), b.open.get(1)]).toEqual([9, 7])
  })

  it.each([
    ['another secret', { secret: 'no' }],
    ['no secret', {}],
  ])('rejects at both ends when one has %s', async (_name, other) => {
    const [one] = await bothRejected({ options: { secret: 'yes' } }, { options: other }, 'SYNOD_UNAUTHORIZED')
    expect(one).toMatch(/shared secret/)
  })

  it('never sends the secret', async () => {
    const secret = 'kept-to-ourselves'
    const [a, b] = [await startServer(1, { secret }), await startServer(2, { secret })]
    const relay = await Relay.before(b.transport.address())
    a.transport.setPeers({ 1: a.url, 2: relay.url })
    b.transport.setPeers({ 1: nobody, 2: b.url })
    await a.untilOpen(2)
    expect(relay.recorded()).toMatch(/synod-proof/i)
    expect(relay.recorded()).not.toContain(secret)
  })

  it('rejects another cluster’s name, and shows both', async () => {
    const [one] = await bothRejected(
      { identity: { clusterName: 'green' } },
      { identity: { clusterName: 'blue é' } },
      'SYNOD_CLUSTER_MISMATCH',
    )
    expect(one).toMatch(/"green".*"blue é"|"blue é".*"green"/)
  })

  it('rejects another cluster’s id', async () => {
    await bothRejected({ identity: { clusterId: 'a'.repeat(32) } }, { identity: { clusterId: 'b'.repeat(32) } }, 'SYNOD_CLUSTER_MISMATCH')
  })

  it('does not compare a cluster id that is not known yet', async () => {
    const [a, b] = await pair({ identity: { clusterId: 'a'.repeat(32) } }, {})
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
  })

  it('reports a rejection once, however often it is tried', async () => {
    const [a] = await pair({ options: { secret: 'yes', reconnect: { minMs: 1, maxMs: 1 } } }, { options: { secret: 'no' } })
    const counted = (): number => a.transport.stats().rejected['SYNOD_UNAUTHORIZED'] ?? 0
    await new Promise<void>((resolve) => {
      const look = (): void => void (counted() >= 10 ? resolve() : setImmediate(look))
      look()
    })
    expect(a.rejections().length).toBe(1)
  })

  it('rejects a server that is not among the peers, and says how to add it', async () => {
    const [a, stranger] = [await startServer(1), await startServer(9)]
    stranger.transport.setPeers({ 1: a.url, 9: stranger.url })
    await stranger.until(() => stranger.rejections().length > 0)
    expect(stranger.rejections()[0]).toMatchObject({ peer: 1, code: 'SYNOD_INVALID_CONFIG' })
    expect(stranger.rejections()[0]?.message).toMatch(/server 9 is not among the peers of server 1/)
    expect(a.rejections()[0]).toMatchObject({ peer: null, code: 'SYNOD_INVALID_CONFIG' })
  })

  it('rejects an address that leads to the wrong server', async () => {
    const [a, b] = [await startServer(1), await startServer(2)]
    b.transport.setPeers({ 1: nobody, 2: b.url, 3: nobody })
    a.transport.setPeers({ 1: a.url, 3: b.url })
    await a.until(() => a.rejections().length > 0)
    expect(a.rejections()[0]).toMatchObject({ peer: 3, code: 'SYNOD_INVALID_CONFIG' })
    expect(a.rejections()[0]?.message).toMatch(/expects server 3 .* this is server 2/)
  })

  it('rejects a second server with its own id', async () => {
    const [a, twin] = [await startServer(1), await startServer(1)]
    twin.transport.setPeers({ 1: twin.url, 2: a.url })
    await twin.until(() => twin.rejections().length > 0)
    expect(twin.rejections()[0]).toMatchObject({ peer: 2, code: 'SYNOD_INVALID_CONFIG' })
  })

  it('refuses to start as somebody else', async () => {
    await expect(startServer(1, {}, { id: 2 })).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG', issues: [{ path: 'id' }] })
  })
})

describe('handshake with an impostor', () => {
  it('does not open to a listener that cannot prove the secret', async () => {
    const impostor = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => {
      for (const client of impostor.clients) client.terminate()
      impostor.close()
    })
    const frames: unknown[] = []
    impostor.on('connection', (socket) => socket.on('message', (data) => frames.push(data)))
    const a = await startServer(1, { secret: 'yes' })
    a.transport.setPeers({ 1: a.url, 2: `ws://127.0.0.1:${(impostor.address() as AddressInfo).port}` })
    await a.until(() => a.rejections().length > 0)
    expect(a.rejections()[0]).toMatchObject({ peer: 2, code: 'SYNOD_UNAUTHORIZED' })
    expect([a.open.size, frames.length]).toEqual([0, 0])
  })

  it('does not open to a caller that plays back a recorded handshake', async () => {
    const recorded = createServer()
    const headers = new Promise<NodeJS.Dict<string | string[]>>((resolve) =>
      recorded.on('upgrade', (request, socket) => {
        socket.destroy()
        resolve(request.headers)
      }),
    )
    await new Promise<void>((resolve) => recorded.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void recorded.close())
    const b = await startServer(2, { secret: 'yes' })
    b.transport.setPeers({ 1: `ws://127.0.0.1:${(recorded.address() as AddressInfo).port}`, 2: b.url })
    const replayed = Object.fromEntries(Object.entries(await headers).filter(([name]) => name.startsWith('synod-')))
    await b.transport.stop()

    const a = await startServer(1, { secret: 'yes' })
    a.transport.setPeers({ 1: a.url, 2: nobody })
    const socket = new WebSocket(a.url, { headers: replayed as Record<string, string> })
    const code = new Promise((resolve) => socket.on('close', resolve))
    socket.on('open', () => socket.send(new Uint8Array(32)))
    expect(await code).toBe(4002)
    await a.until(() => a.rejections().length > 0)
    expect(a.rejections()[0]?.message).toMatch(/played back/)
    expect(a.open.size).toBe(0)
  })
})
