import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, createClient, createSystemClock, createSystemRandom, createWsDialer, serverStatus } from '@synod/client'
import { encodeClientMessages, utf8Encode } from '@synod/wire'
import type { Report } from '../src/composed-config.ts'
import { RawSocket } from '../src/raw-socket.ts'
import type { ServerProcess } from '../src/server-process.ts'
import { patient, TestCluster } from '../src/test-cluster.ts'
import { stateOf, Witness } from '../src/witness.ts'

const path = '/client/v1'
const welcome = { 'X-Synod-Version': '1', 'X-Synod-Nonce': '0'.repeat(32) }
const status = encodeClientMessages([{ type: 'status', requestId: 1 }])

let cluster: TestCluster
let server: ServerProcess
let witness: Witness

beforeAll(async () => {
  cluster = await TestCluster.start({ program: 'composed', config: patient })
  server = await cluster.settled()
  const client = await cluster.connect()
  await client.create('/kept', utf8Encode('kept'))
  await client.close()
  witness = await Witness.of(cluster)
})

afterAll(() => cluster?.close())

/** Lets a stranger try something, and checks that it changed nothing and disturbed nobody. Gives the counters before and after. */
async function undisturbed(run: (port: number) => Promise<void>): Promise<{ readonly before: Report; readonly after: Report }> {
  expect(await witness.read('/kept')).toEqual(['kept', 'kept', 'kept'])
  const state = await stateOf(cluster)
  const before = await server.ask()
  await run(server.config.clients.port)
  const after = await server.ask()
  expect(await witness.read('/kept')).toEqual(['kept', 'kept', 'kept'])
  expect(await stateOf(cluster)).toEqual(state)
  return { before, after }
}

async function upgraded(port: number): Promise<RawSocket> {
  const raw = await RawSocket.upgrade(port, path, welcome)
  await cluster.until('the server has let it in', () => raw.received.includes('101 Switching Protocols'))
  return raw
}

const valid = (change: (frame: Uint8Array) => void): Uint8Array => {
  const frame = Uint8Array.from(status)
  change(frame)
  return frame
}

describe('a stranger at the client port is told what is wrong, is counted, and disturbs nobody', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['random bytes', randomBytes(1000), /not a frame of Synod/],
    ['an empty frame', new Uint8Array(0), /SYNOD_BAD_FRAME/],
    ['a frame that ends too early', status.subarray(0, status.length - 1), /SYNOD_BAD_FRAME/],
    ['a frame with more behind its end', Uint8Array.from([...status, 0]), /SYNOD_BAD_FRAME/],
    ['a frame of another version', valid((frame) => (frame[3] = 9)), /wire version 9, this side speaks version 1/],
    ['a frame for servers', valid((frame) => (frame[2] = 'S'.charCodeAt(0))), /not a frame of kind C/],
  ])('frames: %s', async (_what, frame, reason) => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await upgraded(port)
      raw.binary(frame)
      expect(await raw.closing()).toEqual({ code: 1000, reason: expect.stringMatching(reason) })
    })
    expect(after.clients.framesMalformed).toBe(before.clients.framesMalformed + 1)
  })

  it('frames: text', async () => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await upgraded(port)
      raw.text('{"op":"get"}')
      expect((await raw.closing())?.reason).toMatch(/SYNOD_BAD_FRAME.*binary/)
    })
    expect(after.clients.framesMalformed).toBe(before.clients.framesMalformed + 1)
  })

  it.each([
    ['5 MiB', 5n << 20n],
    ['1 TiB', 1n << 40n],
    ['more than there is', (1n << 63n) - 1n],
  ])('frames: one that says it has %s is refused before it comes', async (_what, bytes) => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await upgraded(port)
      raw.announce(bytes)
      expect(await raw.closing()).toMatchObject({ code: 1009 })
    })
    expect(after.clients.framesMalformed).toBe(before.clients.framesMalformed + 1)
  })

  it('bytes that are no HTTP', async () => {
    await undisturbed(async (port) => {
      const raw = await RawSocket.to(port)
      raw.write(randomBytes(10_000))
      expect((await raw.answer()).status).toBe(400)
    })
  })

  it('plain HTTP', async () => {
    await undisturbed(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/keys`)
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringMatching(/clients connect to \/client\/v1/)])
      expect((await fetch(`http://127.0.0.1:${port}/livez`, { method: 'POST', body: 'x' })).status).toBe(405)
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
    })
  })

  it.each([
    ['of another client protocol', path, { ...welcome, 'X-Synod-Version': '2' }, 426, 'SYNOD_WIRE_VERSION'],
    ['that are not Synod’s', path, {}, 426, 'SYNOD_WIRE_VERSION'],
    ['without a nonce', path, { 'X-Synod-Version': '1' }, 400, 'SYNOD_BAD_FRAME'],
    ['to another path', '/graphql', welcome, 404, 'SYNOD_BAD_FRAME'],
    ['for another cluster', path, { ...welcome, 'X-Synod-Cluster': 'other' }, 409, 'SYNOD_CLUSTER_MISMATCH'],
  ])('upgrades %s', async (...[, target, headers, expected, code]) => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await RawSocket.upgrade(port, target, headers)
      const { status: given, body } = await raw.answer()
      expect([given, JSON.parse(body)]).toEqual([expected, { code, message: expect.stringMatching(/\w{3}/) }])
    })
    expect(after.clientsRejected[code]).toBe((before.clientsRejected[code] ?? 0) + 1)
  })

  it('a client of another cluster: connect, status and every call say which cluster is there', async () => {
    const servers = cluster.servers.map(({ endpoint }) => endpoint)
    const { before, after } = await undisturbed(async () => {
      const mismatch = { code: 'SYNOD_CLUSTER_MISMATCH', message: expect.stringMatching(/faults.*elsewhere/) }
      await expect(connect({ cluster: 'elsewhere', servers })).rejects.toMatchObject(mismatch)
      await expect(serverStatus(server.endpoint, { cluster: 'elsewhere' })).rejects.toMatchObject(mismatch)
      const dialer = createWsDialer({ cluster: 'elsewhere' })
      const client = createClient({ servers, dialer, clock: createSystemClock(), random: createSystemRandom() })
      for (const call of [client.get('/kept'), client.set('/kept', utf8Encode('changed'))])
        await expect(call).rejects.toMatchObject(mismatch)
      await client.close()
    })
    expect(after.clientsRejected['SYNOD_CLUSTER_MISMATCH']).toBeGreaterThan(before.clientsRejected['SYNOD_CLUSTER_MISMATCH'] ?? 0)
  })
})
