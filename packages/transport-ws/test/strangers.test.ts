import { connect } from 'node:net'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { clusterOfTest, connected, dialedByOne, startServer, nobody, type Server } from './servers.ts'

/** Sends raw bytes and resolves with all that came back until the server closed. */
function raw(server: Server, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(server.transport.address(), () => socket.write(bytes))
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

function upgrade(server: Server, headers: Record<string, string>): Promise<{ status: number; body: { code: string; message: string } }> {
  return new Promise((resolve, reject) => {
    const all = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    }
    request({ ...server.transport.address(), headers: all }, (response) => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          body += chunk
        })
        .on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) as { code: string; message: string } }))
    })
      .on('error', reject)
      .end()
  })
}

const wellFormed = {
  'synod-peer-version': '1',
  'synod-cluster': 'test',
  'synod-cluster-id': '',
  'synod-from': '2',
  'synod-to': '1',
  'synod-incarnation': '1',
  'synod-generation': '1',
  'synod-known-incarnation': '0',
  'synod-nonce': '0'.repeat(32),
  'synod-proof': '0'.repeat(64),
}

describe('strangers at the peer port', () => {
  it('a plain request is told what this port is', async () => {
    const a = await startServer(1)
    const response = await fetch(a.url.replace('ws:', 'http:'))
    expect(response.status).toBe(426)
    expect(await response.json()).toMatchObject({ code: 'SYNOD_NOT_SUPPORTED', message: expect.stringContaining('peer port') })
  })

  it('a WebSocket without our headers is told so', async () => {
    const a = await startServer(1)
    expect(await upgrade(a, {})).toMatchObject({ status: 400, body: { code: 'SYNOD_BAD_FRAME' } })
    expect(a.transport.stats().rejected).toEqual({ SYNOD_BAD_FRAME: 1 })
  })

  it('another version is told which one is spoken here', async () => {
    const a = await startServer(1)
    const { status, body } = await upgrade(a, { ...wellFormed, 'synod-peer-version': '2' })
    expect([status, body.code]).toEqual([400, 'SYNOD_WIRE_VERSION'])
    expect(body.message).toMatch(/version 1 .* "2"/)
    expect(a.rejections()).toMatchObject([{ peer: null, code: 'SYNOD_WIRE_VERSION' }])
  })

  it('a proof that is wrong is unauthorized, whatever else it says', async () => {
    const a = await startServer(1, { secret: 'yes' })
    for (const proof of ['0'.repeat(64), '', 'zz', 'é']) {
      expect(await upgrade(a, { ...wellFormed, 'synod-cluster': 'other', 'synod-proof': proof })).toMatchObject({
        status: 401,
        body: { code: 'SYNOD_UNAUTHORIZED' },
      })
    }
  })

  it.each([
    ['synod-from', '0'],
    ['synod-from', '70000'],
    ['synod-to', 'x'],
    ['synod-incarnation', '-1'],
    ['synod-generation', '1e3'],
    ['synod-known-incarnation', '99999999999999999'],
    ['synod-nonce', 'short'],
    ['synod-cluster-id', 'a b'],
  ])('a malformed header is refused: %s: %s', async (name, value) => {
    const a = await startServer(1)
    expect(await upgrade(a, { ...wellFormed, [name]: value })).toMatchObject({ status: 400, body: { code: 'SYNOD_BAD_FRAME' } })
  })

  it.each([
    ['garbage', Buffer.from([0, 255, 1, 2, 13, 10, 13, 10, 200])],
    ['TLS where none is spoken', Buffer.from('16030100f8010000f40303', 'hex')],
    ['too large headers', `GET / HTTP/1.1\r\nhost: x\r\nsynod-cluster: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('%s gets a 400 and harms nobody', async (_name, bytes) => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    expect(await raw(a, bytes)).toMatch(/^HTTP\/1\.1 400 .*"SYNOD_BAD_FRAME"/s)
    b.transport.send(1, Uint8Array.of(1), 'control')
    await a.until(() => a.frames(2).length === 1)
    expect(a.story(2)).toEqual(['opened 1'])
  })

  it('an upgrade to something else is refused', async () => {
    const a = await startServer(1)
    expect(await raw(a, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
  })

  it('an oversized frame closes that connection, is counted, and another one follows', async () => {
    const small = { frameBytesMax: 2048, queueBytesMax: 4096, reconnect: { minMs: 1, maxMs: 5 } }
    const [a, b] = await dialedByOne(small, { ...small, frameBytesMax: 4096 })
    b.transport.send(1, new Uint8Array(3000), 'control')
    await a.until(() => a.connections(2).join() === 'opened 1,closed 1,opened 1')
    expect(a.transport.stats().rejected).toEqual({ SYNOD_TOO_LARGE: 1 })
    expect(a.frames(2)).toEqual([])
  })

  it('a text frame closes the connection', async () => {
    const a = await startServer(1)
    const impostor = await speakerFor(a)
    impostor.send('text')
    await a.until(() => a.story(2).includes('closed 1'))
    expect(a.transport.stats().rejected).toMatchObject({ SYNOD_BAD_FRAME: 1 })
    expect(a.frames(2)).toEqual([])
  })
})

/** A hand-made peer 2 that has passed the handshake of a server without a secret. */
async function speakerFor(server: Server): Promise<WebSocket> {
  const { helloHeaders, readAnswer, confirmation } = await import('../dist/hello.js')
  server.transport.setPeers({ 1: server.url, 2: nobody })
  const hello = {
    clusterName: clusterOfTest(),
    clusterId: '',
    from: 2,
    to: 1,
    incarnation: 1,
    generation: 1,
    knownIncarnation: 0,
    nonce: 'ab'.repeat(16),
  }
  const socket = new WebSocket(server.url, { headers: helloHeaders(hello, '') })
  socket.on('upgrade', (response) => {
    const answer = readAnswer(response.headers, hello, '')
    if (answer === null) throw new Error('the answer is not proven')
    socket.once('open', () => socket.send(confirmation(answer, hello, '')))
  })
  await server.untilOpen(2)
  return socket
}
