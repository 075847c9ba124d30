import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeQuery } from '@synod/tree/commands'
import { encodeClientMessages, utf8Encode } from '@synod/wire'
import type { ClientMessage } from '@synod/wire'
import { RawSocket } from '../src/raw-socket.ts'
import { Recorder } from '../src/recorder.ts'
import { replicasOf } from '../src/replicas.ts'
import type { ServerProcess } from '../src/server-process.ts'
import { TestCluster } from '../src/test-cluster.ts'
import { DirectClient } from '../src/direct-client.ts'

const mib = 1024 * 1024
const bounds = { outstandingRequestsMax: 256, bufferedBytesMax: 8 * mib }
const welcome = { 'X-Synod-Version': '1', 'X-Synod-Nonce': '0'.repeat(32) }

let cluster: TestCluster
let server: ServerProcess

beforeAll(async () => {
  cluster = await TestCluster.start({ program: 'composed', config: { bounds } })
  server = await cluster.settled()
  const client = await cluster.connect()
  await client.create('/big', utf8Encode('x'.repeat(mib)))
  await client.create('/small', utf8Encode('small'))
  await client.close()
})

afterAll(() => cluster?.close())

/** Floods the server with the same frame until it ends the connection, reading nothing. */
async function flood(messages: readonly ClientMessage[]): Promise<void> {
  const raw = await RawSocket.upgrade(server.config.clients.port, '/client/v1', welcome)
  await cluster.until('the server has let it in', () => raw.received.includes('101 Switching Protocols'))
  raw.stopReading()
  const frame = encodeClientMessages(messages)
  const {
    clients: { slowConsumers },
  } = await server.ask()
  await cluster.until('the server has closed the connection', async () => {
    for (let count = 0; count < 20; count += 1) raw.binary(frame)
    return (await server.ask()).clients.slowConsumers > slowConsumers
  })
  raw.destroy()
}

const reads = (path: string, count: number): ClientMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'read',
    requestId: index + 1,
    consistency: 'stale',
    minIndex: 0,
    query: encodeQuery({ kind: 'get', path }),
  }))

describe('a client that floods its server and reads no answer', () => {
  it.each([
    ['of large values', '/big'],
    ['of small values', '/small'],
  ])('with reads %s: it is closed, memory is bounded, others are served', async (_what, path) => {
    server = await cluster.settled()
    const recorder = await Recorder.start([await cluster.connect({ sessionTimeoutMs: 60_000 })], { below: `/beside${path.slice(1)}` })
    await recorder.more(10)
    const before = await server.ask()
    await flood(reads(path, 2_000))
    const after = await server.ask()
    expect(after.clients.slowConsumers).toBe(before.clients.slowConsumers + 1)
    expect(after.clients.refusedBusy).toBeGreaterThan(before.clients.refusedBusy)
    // One frame alone asks for 2 GiB of large values. What may wait is 8 MiB; the rest of this is the garbage of a busy process.
    expect(after.peakMemoryKib - before.peakMemoryKib).toBeLessThan(256 * 1024)
    await recorder.more(10)
    await recorder.stop()
    const other = await DirectClient.to(server)
    expect(await other.text('/small')).toBe('small')
    other.close()
    expect(recorder.faults(await replicasOf(cluster))).toEqual([])
  })

  it('with requests beyond its bound: those are refused with SYNOD_BUSY, the others of the same frame are answered', async () => {
    const other = await DirectClient.to(server)
    const {
      clients: { refusedBusy },
    } = await server.ask()
    const answers = await Promise.allSettled(Array.from({ length: 3 * bounds.outstandingRequestsMax }, () => other.text('/small')))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'SYNOD_BUSY' })
    expect((await server.ask()).clients.refusedBusy - refusedBusy).toBe(refused.length)
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(bounds.outstandingRequestsMax)
    expect(await other.text('/small')).toBe('small')
    other.close()
  })

  it('with writes beyond its bound: those are refused with SYNOD_BUSY and not applied, and every other one is there', async () => {
    const other = await DirectClient.to(server)
    const nonces = Array.from({ length: 3 * bounds.outstandingRequestsMax }, () => randomBytes(16))
    const answers = await Promise.allSettled(nonces.map((nonce) => other.openSession(nonce)))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'SYNOD_BUSY' })
    expect(refused.length).toBeGreaterThan(0)
    const opened = [...answers.entries()].flatMap(([index, answer]) =>
      answer.status === 'fulfilled' ? [{ index, result: answer.value }] : [],
    )
    expect(opened.length).toBeGreaterThanOrEqual(bounds.outstandingRequestsMax)
    for (const { index, result } of opened) {
      const nonce = nonces[index]
      if (nonce !== undefined) expect(await other.openSession(nonce)).toEqual(result)
    }
    // A session's id is its place in the log: one that is opened only now stands behind all others.
    const last = Math.max(...opened.map(({ result }) => (result.kind === 'session' ? result.sessionId : 0)))
    for (const [index, answer] of answers.entries()) {
      const nonce = nonces[index]
      if (answer.status === 'fulfilled' || nonce === undefined) continue
      const result = await other.openSession(nonce)
      expect(result.kind === 'session' && result.sessionId).toBeGreaterThan(last)
    }
    other.close()
    await cluster.until('all servers hold the same', async () => {
      const reports = await Promise.all(cluster.servers.map((each) => each.ask()))
      return new Set(reports.map(({ hash }) => hash)).size === 1
    })
  })

  it('with writes of a client that does not wait for any: those beyond its own bound are refused at once, every other one is on all servers', async () => {
    const client = await cluster.connect({ waitingCallsMax: 200, requestTimeoutMs: 30_000 })
    const paths = Array.from({ length: 2_000 }, (_, index) => `/flood-${index}`)
    const answers = await Promise.allSettled(paths.map((path) => client.create(path, utf8Encode(path))))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'SYNOD_BUSY', message: expect.stringMatching(/waitingCallsMax/) })
    expect(refused.length).toBe(1_800)
    await cluster.settled()
    for (const contents of await replicasOf(cluster)) {
      for (const [index, path] of paths.entries()) {
        expect(contents.get(path)?.value).toBe(answers[index]?.status === 'fulfilled' ? path : undefined)
      }
    }
    await client.close()
  })

  it('and a client that asks for more than may wait, but reads, gets everything', async () => {
    const client = await cluster.connect()
    const values = await Promise.all(Array.from({ length: 40 }, () => client.get('/big')))
    expect(values.map(({ data }) => data.length)).toEqual(values.map(() => mib))
    await client.close()
  })
})
