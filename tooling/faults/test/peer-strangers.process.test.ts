import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect, createClient, createSystemClock, createSystemRandom, createWsDialer } from '@synod/client'
import { encodePeerFrame, utf8Encode } from '@synod/wire'
import type { Report } from '../src/composed-config.ts'
import { PeerStranger } from '../src/peer-stranger.ts'
import type { PeerStrangerOptions } from '../src/peer-stranger.ts'
import { RawSocket } from '../src/raw-socket.ts'
import type { ServerProcess } from '../src/server-process.ts'
import { patient, TestCluster } from '../src/test-cluster.ts'
import { stateOf, Witness } from '../src/witness.ts'

const secret = 'known to the servers'

let cluster: TestCluster
let server: ServerProcess
let witness: Witness
let clusterId = ''
let stranger: PeerStranger | null = null

/** Two servers run; the third has been there once, and its place is open for whoever claims to be it. */
beforeAll(async () => {
  cluster = await TestCluster.start({ program: 'composed', secret, config: patient })
  const client = await cluster.connect()
  await client.create('/kept', utf8Encode('kept'))
  await client.close()
  clusterId = (await cluster.server(1).status()).clusterId
  await cluster.server(1).end()
  server = await cluster.settled()
  witness = await Witness.of(cluster)
})

afterEach(async () => {
  await stranger?.stop()
  stranger = null
})

afterAll(() => cluster?.close())

async function undisturbed(run: (port: number) => Promise<void>): Promise<{ readonly before: Report; readonly after: Report }> {
  expect(await witness.read('/kept')).toEqual(['kept', 'kept'])
  const state = await stateOf(cluster)
  const before = await server.ask()
  await run(cluster.peerPorts.get(server.id) ?? 0)
  const after = await server.ask()
  expect(await witness.read('/kept')).toEqual(['kept', 'kept'])
  expect(await stateOf(cluster)).toEqual(state)
  return { before, after }
}

/** Somebody who dials the server as server 1, like it in everything but this. */
async function dialAs(changes: Partial<PeerStrangerOptions>): Promise<PeerStranger> {
  const target = { id: server.id, port: cluster.peerPorts.get(server.id) ?? 0 }
  stranger = await PeerStranger.start({ id: 1, target, secret, clusterName: cluster.name, clusterId, incarnation: 1000, ...changes })
  return stranger
}

const count = (report: Report, code: string): number => report.transport.rejected[code] ?? 0

const frame = (): Uint8Array =>
  encodePeerFrame({
    clusterId,
    generation: 0,
    from: { id: 1, instance: 1 },
    fromIncarnation: 1000,
    to: server.id,
    configIndex: 0,
    messages: [],
  })

const altered = (change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = Uint8Array.from(frame())
  change(bytes)
  return bytes
}

describe('a server that does not belong to the cluster is turned away, both sides know why, and nothing changes', () => {
  it.each<[string, () => Partial<PeerStrangerOptions>, string, RegExp]>([
    ['with a wrong secret', () => ({ secret: 'guessed' }), 'SYNOD_UNAUTHORIZED', /secrets differ/],
    ['without a secret', () => ({ secret: undefined }), 'SYNOD_UNAUTHORIZED', /secrets differ, or one side has none/],
    ['of a cluster with another name', () => ({ clusterName: 'other' }), 'SYNOD_CLUSTER_MISMATCH', /"faults".*"other"/],
    [
      'of a cluster with the same name and another id',
      () => ({ clusterId: 'f'.repeat(32) }),
      'SYNOD_CLUSTER_MISMATCH',
      /cluster ids differ/,
    ],
    ['with an id that nobody knows', () => ({ id: 9 }), 'SYNOD_INVALID_CONFIG', /server 9 is not among the peers/],
    [
      'with the id of the server itself',
      () => ({ id: server.id, as: 7 }),
      'SYNOD_INVALID_CONFIG',
      /this is server|two servers are configured/,
    ],
  ])('%s', async (...[, changes, code, words]) => {
    const { before, after } = await undisturbed(async () => {
      const somebody = await dialAs(changes())
      await cluster.until('the stranger knows why', () => somebody.rejections.length > 0)
      expect(somebody.rejections[0]).toMatchObject({ code, message: expect.stringMatching(words) })
      expect(somebody.opened).toBe(0)
    })
    expect(count(after, code)).toBeGreaterThan(count(before, code))
    expect(server.output).toContain(code)
  })
})

describe('a server with the right secret that sends rubbish loses its connection, is counted, and changes nothing', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['random bytes', () => randomBytes(1000), 'SYNOD_BAD_FRAME'],
    ['an empty frame', () => new Uint8Array(0), 'SYNOD_BAD_FRAME'],
    ['a frame that ends too early', () => frame().subarray(0, 20), 'SYNOD_BAD_FRAME'],
    ['a frame of another version', () => altered((bytes) => (bytes[3] = 9)), 'SYNOD_BAD_FRAME'],
    ['a frame of a client', () => altered((bytes) => (bytes[2] = 'C'.charCodeAt(0))), 'SYNOD_BAD_FRAME'],
    ['a frame of 17 MiB', () => new Uint8Array(17 * 1024 * 1024), 'SYNOD_TOO_LARGE'],
  ])('%s', async (_what, bytes, code) => {
    const { before, after } = await undisturbed(async () => {
      const somebody = await dialAs({})
      await cluster.until('it is connected', () => somebody.opened > 0)
      const { closed } = somebody
      somebody.send(bytes())
      await cluster.until('its connection is closed', () => somebody.closed > closed)
    })
    expect(count(after, code)).toBe(count(before, code) + 1)
  })
})

describe('a stranger at the peer port', () => {
  it('that speaks plain HTTP is told what this port is', async () => {
    await undisturbed(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/livez`)
      expect([answer.status, await answer.json()]).toEqual([
        426,
        { code: 'SYNOD_NOT_SUPPORTED', message: expect.stringMatching(/peer port of a Synod server.*client port/) },
      ])
    })
  })

  it('that speaks no HTTP is refused and counted', async () => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await RawSocket.to(port)
      raw.write(randomBytes(10_000))
      const { status, body } = await raw.answer()
      expect([status, JSON.parse(body)]).toEqual([400, { code: 'SYNOD_BAD_FRAME', message: expect.stringMatching(/no HTTP request/) }])
    })
    expect(count(after, 'SYNOD_BAD_FRAME')).toBe(count(before, 'SYNOD_BAD_FRAME') + 1)
  })

  it.each([
    ['another version of the handshake', { 'Synod-Peer-Version': '2' }, 'SYNOD_WIRE_VERSION', /version 1.*"2"/],
    ['no handshake at all', {}, 'SYNOD_BAD_FRAME', /clients use its client port/],
    ['half a handshake', { 'Synod-Peer-Version': '1', 'Synod-From': '1' }, 'SYNOD_BAD_FRAME', /header/],
  ])('that upgrades with %s is told so and counted', async (...[, headers, code, words]) => {
    const { before, after } = await undisturbed(async (port) => {
      const raw = await RawSocket.upgrade(port, '/', headers)
      const { status, body } = await raw.answer()
      expect([status, JSON.parse(body)]).toEqual([400, { code, message: expect.stringMatching(words) }])
    })
    expect(count(after, code)).toBe(count(before, code) + 1)
  })

  it('that is a client is told so', async () => {
    await undisturbed(async (port) => {
      const lost = connect({ servers: [`ws://127.0.0.1:${port}`], secret, connectTimeoutMs: 500 })
      await expect(lost).rejects.toMatchObject({ message: expect.stringMatching(/clients use its client port/) })
    })
  })
})

describe('a client with a wrong secret', () => {
  it.each([
    ['wrong', 'guessed', /not this cluster's/],
    ['missing', undefined, /needs a secret/],
  ])('%s: is told so and counted', async (_what, given, words) => {
    const { before, after } = await undisturbed(async () => {
      const servers = cluster.servers.filter(({ running }) => running).map(({ endpoint }) => endpoint)
      const refused = connect({ cluster: cluster.name, servers, ...(given === undefined ? {} : { secret: given }) })
      const unauthorized = { code: 'SYNOD_UNAUTHORIZED', message: expect.stringMatching(words) }
      await expect(refused).rejects.toMatchObject(unauthorized)
      const dialer = createWsDialer({ cluster: cluster.name, ...(given === undefined ? {} : { secret: given }) })
      const client = createClient({ servers, dialer, clock: createSystemClock(), random: createSystemRandom() })
      for (const call of [client.get('/kept'), client.set('/kept', utf8Encode('changed'))])
        await expect(call).rejects.toMatchObject(unauthorized)
      await client.close()
    })
    expect(after.clientsRejected['SYNOD_UNAUTHORIZED']).toBeGreaterThan(before.clientsRejected['SYNOD_UNAUTHORIZED'] ?? 0)
  })
})
