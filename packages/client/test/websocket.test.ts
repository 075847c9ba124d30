import { connect as connectSocket, createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect, serverStatus } from '@synod/client'
import { bytes, codeOf, text } from './support/world.ts'
import { startServer, stopServers } from './support/ws-server.ts'

afterEach(stopServers)

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('clients over WebSocket', () => {
  it('connect, write, read, watch and close', async () => {
    const { endpoint } = await startServer()
    const client = await connect({ servers: [endpoint], cluster: 'test' })
    expect([client.session.id, client.session.held]).toEqual([2, true])
    const watch = client.watch('/a')
    await watch.ready
    await client.create('/a', bytes('value'))
    for await (const event of watch) {
      expect(event).toMatchObject({ type: 'created', path: '/a' })
      break
    }
    expect(text((await client.get('/a')).data)).toBe('value')
    const large = new Uint8Array(1024 * 1024).fill(3)
    await client.set('/a', large)
    const copies = await Promise.all(Array.from({ length: 10 }, () => client.get('/a')))
    for (const { data } of copies) expect(Buffer.compare(data, large)).toBe(0)
    await client.close()
  })

  it('may have one secret with the servers', async () => {
    const { endpoint } = await startServer({ secret: 'correct horse' })
    const client = await connect({ servers: [endpoint], cluster: 'test', secret: 'correct horse' })
    await client.create('/a', bytes(''))
    await client.close()
    const anonymous = await connect({ servers: [endpoint], secret: 'correct horse' })
    await anonymous.close()
  })

  it('that were refused and never end their side keep neither their socket nor the server', async () => {
    const { listener, endpoint } = await startServer({ secret: 'correct horse' })
    const socket = connectSocket({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true })
    const ended = once(socket.resume(), 'end')
    socket.write('GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    await ended
    expect(listener.rejected()).toEqual({ SYNOD_BAD_FRAME: 1 })
    const silent = connectSocket({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true })
    await once(silent, 'connect')
    const gone = once(silent.resume(), 'close')
    silent.on('error', () => undefined)
    await fetch(`${endpoint.replace('ws:', 'http:')}/livez`)
    await listener.close()
    silent.end()
    await gone
    socket.destroy()
  })

  it('learn at once that no server will ever take them', async () => {
    const { endpoint, listener } = await startServer({ secret: 'correct horse' })
    const open = await startServer()
    const cases = [
      connect({ servers: [endpoint], cluster: 'test', secret: 'wrong' }),
      connect({ servers: [endpoint], cluster: 'test' }),
      connect({ servers: [endpoint], cluster: 'other', secret: 'correct horse' }),
      connect({ servers: [open.endpoint], cluster: 'test', secret: 'a server without one' }),
      connect({ servers: ['http://127.0.0.1:1'] }),
      connect({ servers: ['ws://127.0.0.1:1#fragment'] }),
    ]
    const codes = await Promise.all(cases.map((promise) => codeOf(promise)))
    expect(codes).toEqual([
      'SYNOD_UNAUTHORIZED',
      'SYNOD_UNAUTHORIZED',
      'SYNOD_CLUSTER_MISMATCH',
      'SYNOD_UNAUTHORIZED',
      'SYNOD_INVALID_CONFIG',
      'SYNOD_INVALID_CONFIG',
    ])
    const { SYNOD_UNAUTHORIZED: unauthorized = 0, SYNOD_CLUSTER_MISMATCH: mismatch = 0 } = listener.rejected()
    expect(Math.min(unauthorized - 1, mismatch)).toBeGreaterThan(0)
  })

  it('are told which protocol the server speaks, in JSON', async () => {
    const { endpoint } = await startServer()
    const socket = new WebSocket(`${endpoint}/client/v1`, { headers: { 'x-synod-version': '99' } })
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    let body = ''
    for await (const chunk of response) body += String(chunk)
    expect([response.statusCode, JSON.parse(body)]).toEqual([
      426,
      { code: 'SYNOD_WIRE_VERSION', message: expect.stringMatching(/protocol 1.*99/) },
    ])
    socket.terminate()
  })

  it('give up in bounded time with the reason of each server', async () => {
    const deaf = createServer(() => {})
    const closed = createServer()
    const deafPort = await portOf(deaf)
    const closedPort = await portOf(closed)
    closed.close()
    const servers = [`ws://127.0.0.1:${deafPort}`, `ws://127.0.0.1:${closedPort}`]
    await expect(connect({ servers, connectTimeoutMs: 300, dialTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'SYNOD_UNREACHABLE',
      message: expect.stringMatching(/no answer within 100 ms.*ECONNREFUSED/),
    })
    const reason = new Error('enough')
    const controller = new AbortController()
    const aborted = connect({ servers, signal: controller.signal })
    controller.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    deaf.close()
  })

  it('wait for a leader only so long', async () => {
    const { endpoint, log } = await startServer()
    log.appoint(null)
    expect(await codeOf(connect({ servers: [endpoint], connectTimeoutMs: 50 }))).toBe('SYNOD_NO_QUORUM')
  })

  it('survive the server being replaced', async () => {
    const first = await startServer()
    const client = await connect({ servers: [first.endpoint] })
    await client.create('/a', bytes(''))
    const write = client.set('/a', bytes('x'))
    await first.listener.close()
    await startServer({ port: first.listener.port, service: first.service })
    expect(await write).toMatchObject({ version: 1 })
    await client.close()
  })

  it('ask one server for its status without a session', async () => {
    const { endpoint, replica } = await startServer()
    expect(await serverStatus(endpoint)).toMatchObject({ id: 1, role: 'leading', appliedZxid: { index: 1 } })
    expect(replica.state.sessionCount).toBe(0)
    expect(await codeOf(serverStatus('ws://127.0.0.1:1'))).toBe('SYNOD_UNREACHABLE')
  })
})

describe('the client endpoint', () => {
  it('listens on loopback; other addresses need a secret or mutual TLS', async () => {
    const { endpoint } = await startServer()
    expect(endpoint).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/)
    expect(await codeOf(startServer({ host: '0.0.0.0' }))).toBe('SYNOD_INVALID_CONFIG')
    expect(await codeOf(startServer({ host: '::' }))).toBe('SYNOD_INVALID_CONFIG')
    await startServer({ host: '0.0.0.0', secret: 'correct horse' })
    await expect(startServer({ port: 70_000, cluster: '', secret: '' })).rejects.toThrow(/port.*cluster.*secret/)
  })

  it('says that its port is in use', async () => {
    const { listener } = await startServer()
    expect(await codeOf(startServer({ port: listener.port }))).toBe('SYNOD_PORT_IN_USE')
  })

  it('answers health checks', async () => {
    const { endpoint, log, replica } = await startServer()
    const ask = async (path: string): Promise<[number, string]> => {
      const response = await fetch(endpoint.replace('ws:', 'http:') + path)
      return [response.status, await response.text()]
    }
    expect(await ask('/livez')).toEqual([200, 'ok\n'])
    expect(await ask('/readyz')).toEqual([200, 'ok\n'])
    expect(await ask('/readyz?verbose')).toEqual([200, '[+]replica ok\n[+]leader ok\n[+]applied ok\nreadyz check passed\n'])
    log.appoint(null)
    const [status, body] = await ask('/readyz?verbose')
    expect([status, body]).toEqual([
      503,
      expect.stringMatching(/^\[\+\]replica ok\n\[-\]leader failed: .*\n\[\+\]applied ok\nreadyz check failed\n$/),
    ])
    expect((await ask('/livez'))[0]).toBe(200)
    expect((await ask('/other'))[0]).toBe(404)
    expect(replica.status().leader).toBeNull()
  })

  it('is not disturbed by strangers', async () => {
    const { endpoint, listener, service } = await startServer()
    const noise = connectSocket(listener.port, '127.0.0.1')
    noise.on('error', () => {})
    noise.write('not http at all\r\n\r\n')
    const headers = { 'x-synod-version': '1', 'x-synod-nonce': '0'.repeat(32) }
    const loud = new WebSocket(`${endpoint}/client/v1`, { headers })
    await once(loud, 'open')
    loud.send('text')
    expect(String((await once(loud, 'close'))[1])).toMatch(/SYNOD_BAD_FRAME.*binary/)
    const huge = new WebSocket(`${endpoint}/client/v1`, { headers })
    await once(huge, 'open')
    huge.on('error', () => {})
    huge.send(new Uint8Array(5 * 1024 * 1024))
    expect((await once(huge, 'close'))[0]).toBe(1009)
    const wrong = new WebSocket(`${endpoint}/client/v1`, { headers })
    await once(wrong, 'open')
    wrong.send(new Uint8Array([0, 1, 2]))
    const [, reason] = await once(wrong, 'close')
    expect(String(reason)).toMatch(/SYNOD_BAD_FRAME/)
    const client = await connect({ servers: [endpoint] })
    await client.create('/a', bytes(''))
    expect(service.stats()).toMatchObject({ framesMalformed: 3, connections: 1 })
    await client.close()
    noise.destroy()
  })
})
