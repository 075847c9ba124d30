import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createClientService } from '@synod/client'
import type { AcceptedLink, ClientService, ClientServiceOptions } from '@synod/client'
import { decodeCommand, decodeCommandResult, encodeCommand, encodeQuery } from '@synod/tree/commands'
import type { Command } from '@synod/tree/commands'
import { decodeCommandEnvelope, decodeServerMessages, encodeClientMessages, encodeCommandEnvelope } from '@synod/wire'
import type { ClientMessage, ServerMessage } from '@synod/wire'
import { FakeLog } from './support/fake-replica.ts'
import type { FakeReplica } from './support/fake-replica.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const nonce = new Uint8Array(16).fill(7)

/** A service with a raw link, below any client. */
class Bench {
  readonly clock = new VirtualClock()
  readonly log: FakeLog = new FakeLog(this.clock)
  readonly replica: FakeReplica = this.log.add(1)
  readonly service: ClientService

  constructor(options: Partial<ClientServiceOptions> = {}) {
    this.service = createClientService({ replica: this.replica, watches: this.replica.state, clock: this.clock, ...options })
    this.log.appoint(1)
  }

  link(): Peer {
    return new Peer(this)
  }
}

class Peer {
  readonly frames: ServerMessage[][] = []
  closedWith: string | null = null
  readonly #bench: Bench
  readonly #accepted: AcceptedLink

  constructor(bench: Bench) {
    this.#bench = bench
    this.#accepted = bench.service.accept({
      send: (frame) => {
        const decoded = decodeServerMessages(frame)
        if (decoded.ok) this.frames.push(decoded.value)
      },
      bufferedBytes: 0,
      close: (reason) => {
        this.closedWith = reason
      },
    })
  }

  get messages(): ServerMessage[] {
    return this.frames.flat()
  }

  hangUp(): void {
    this.#accepted.onClosed()
  }

  raw(frame: Uint8Array): void {
    this.#accepted.onFrame(frame)
  }

  send(...messages: ClientMessage[]): void {
    this.raw(encodeClientMessages(messages))
  }

  async ask(...messages: ClientMessage[]): Promise<ServerMessage[]> {
    const before = this.messages.length
    this.send(...messages)
    await this.#bench.clock.pass(1)
    return this.messages.slice(before)
  }
}

function write(requestId: number, [sessionId, sequence]: readonly [number, number], command: Command): ClientMessage {
  return {
    type: 'write',
    requestId,
    command: encodeCommandEnvelope({ sessionId, sequence, ackedBelow: sequence, operation: encodeCommand(command) }),
  }
}

const open = (requestId: number): ClientMessage => write(requestId, [0, 0], { kind: 'openSession', nonce, timeoutMs: 10_000 })
const create = (path: string): Command => ({ kind: 'transaction', operations: [{ op: 'create', path }] })
const get = (requestId: number): ClientMessage => ({
  type: 'read',
  requestId,
  consistency: 'linearizable',
  minIndex: 0,
  query: encodeQuery({ kind: 'get', path: '/' }),
})
const codes = (messages: readonly ServerMessage[]): string[] => messages.map((message) => ('code' in message ? message.code : message.type))

describe('the server half', () => {
  it('welcomes each connection, and tells of every new leader', async () => {
    const bench = new Bench()
    const peer = bench.link()
    await bench.clock.pass(1)
    bench.log.appoint(null)
    await bench.clock.pass(1)
    expect(peer.messages).toEqual([
      { type: 'welcome', serverId: 1, leader: 1, epoch: 2, servers: [{ id: 1, endpoint: 's1' }] },
      { type: 'welcome', serverId: 1, leader: 0, epoch: 2, servers: [{ id: 1, endpoint: 's1' }] },
    ])
  })

  it('answers everything of one turn in one frame per client, with one confirmation for all reads', async () => {
    const bench = new Bench()
    const peers = [bench.link(), bench.link()]
    await bench.clock.pass(1)
    for (const peer of peers) peer.send(get(1), get(2), { type: 'ping', requestId: 3, sessionId: 0 })
    for (const peer of peers) peer.send(get(4))
    await bench.clock.pass(1)
    expect(bench.log.reads).toEqual(['1 linearizable'])
    for (const peer of peers) expect(peer.messages.filter(({ type }) => type === 'result').length).toBe(3)
    for (const peer of peers) expect(peer.frames.some((frame) => frame.filter(({ type }) => type === 'result').length === 3)).toBe(true)
  })

  it('closes a connection whose frame does not decode, and only that one', async () => {
    const bench = new Bench()
    const [bad, good] = [bench.link(), bench.link()]
    bad.raw(new Uint8Array([1, 2, 3]))
    expect(bad.closedWith).toMatch(/SYNOD_BAD_FRAME/)
    expect(bench.service.stats()).toMatchObject({ framesMalformed: 1, connections: 1 })
    expect(codes(await good.ask(get(1))).at(-1)).toBe('')
    expect(good.closedWith).toBeNull()
  })

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        const bench = new Bench()
        const peer = bench.link()
        peer.raw(noise)
        await bench.clock.pass(1)
        expect(bench.log.entries.length).toBe(0)
        expect(codes(await bench.link().ask(get(1))).at(-1)).toBe('')
      }),
    )
  })

  it('lets a session be used only by who opened it or proves it with the nonce', async () => {
    const bench = new Bench()
    const owner = bench.link()
    expect(codes(await owner.ask(open(1)))).toEqual(['welcome', ''])
    expect(codes(await owner.ask(write(2, [1, 1], create('/a'))))).toEqual([''])
    const thief = bench.link()
    expect(codes(await thief.ask(write(1, [1, 2], create('/b')), { type: 'ping', requestId: 2, sessionId: 1 }))).toEqual([
      'welcome',
      'SYNOD_UNAUTHORIZED',
      'pong',
    ])
    expect(thief.messages.at(-1)).toMatchObject({ outcome: 'unavailable' })
    const [wrong] = await thief.ask({ type: 'attach', requestId: 3, sessionId: 1, nonce: new Uint8Array(16), minIndex: 1 })
    expect(wrong).toMatchObject({ type: 'attached', found: false })
    expect(codes(await thief.ask(write(4, [1, 2], create('/b'))))).toEqual(['SYNOD_UNAUTHORIZED'])
    const heir = bench.link()
    const answers = await heir.ask({ type: 'attach', requestId: 1, sessionId: 1, nonce, minIndex: 1 }, write(2, [1, 2], create('/b')), {
      type: 'ping',
      requestId: 3,
      sessionId: 1,
    })
    expect(answers.find(({ type }) => type === 'attached')).toMatchObject({ found: true, nextSequence: 2 })
    expect(answers.find(({ type }) => type === 'result')).toMatchObject({ requestId: 2, code: '' })
    expect(answers.find(({ type }) => type === 'pong')).toMatchObject({ requestId: 3, outcome: 'ok' })
  })

  it('lets no client expire sessions, act outside of one, or send what is no command', async () => {
    const bench = new Bench()
    const peer = bench.link()
    await peer.ask(open(1))
    const before = bench.log.entries.length
    const answers = await peer.ask(
      write(2, [0, 0], { kind: 'expireSession', sessionId: 1, touchCount: 0 }),
      write(3, [1, 1], { kind: 'expireSession', sessionId: 1, touchCount: 0 }),
      write(4, [0, 0], create('/a')),
      write(5, [1, 1], { kind: 'openSession', nonce, timeoutMs: 1 }),
      { type: 'write', requestId: 6, command: new Uint8Array([9, 9]) },
    )
    expect(codes(answers)).toEqual([
      'SYNOD_UNAUTHORIZED',
      'SYNOD_UNAUTHORIZED',
      'SYNOD_UNAUTHORIZED',
      'SYNOD_UNAUTHORIZED',
      'SYNOD_BAD_FRAME',
    ])
    expect(bench.log.entries.length).toBe(before)
  })

  it('bounds requests without an answer', async () => {
    const bench = new Bench({ outstandingRequestsMax: 3 })
    const peer = bench.link()
    const answers = await peer.ask(get(1), get(2), get(3), get(4), get(5))
    expect(codes(answers).toSorted()).toEqual(['', '', '', 'SYNOD_BUSY', 'SYNOD_BUSY', 'welcome'])
    expect(codes(await peer.ask(get(6)))).toEqual([''])
    expect(bench.service.stats().refusedBusy).toBe(2)
  })

  it('answers reads of one turn only as far as their answers may wait, and says so', async () => {
    const bench = new Bench({ bufferedBytesMax: 4 * 1024 * 1024 })
    const owner = bench.link()
    const data = new Uint8Array(1024 * 1024)
    await owner.ask(open(1))
    await owner.ask(write(2, [1, 1], { kind: 'transaction', operations: [{ op: 'create', path: '/big', data }] }))
    const link = { bufferedBytes: 0, send: (frame: Uint8Array) => void (link.bufferedBytes += frame.length), close: () => {} }
    const accepted = bench.service.accept(link)
    const query = encodeQuery({ kind: 'get', path: '/big' })
    const reads = Array.from({ length: 1000 }, (_, n) => ({
      type: 'read' as const,
      requestId: n + 1,
      consistency: 'stale' as const,
      minIndex: 0,
      query,
    }))
    accepted.onFrame(encodeClientMessages(reads))
    await bench.clock.pass(1)
    expect(link.bufferedBytes).toBeGreaterThan(1024 * 1024)
    expect(link.bufferedBytes).toBeLessThan(4 * 1024 * 1024)
    expect(bench.service.stats()).toMatchObject({ slowConsumers: 0 })
    expect(bench.service.stats().refusedBusy).toBeGreaterThan(990)
  })

  it('closes a connection that does not read', async () => {
    const bench = new Bench({ bufferedBytesMax: 1_000 })
    let reason = ''
    const link = {
      bufferedBytes: 0,
      send: (frame: Uint8Array) => void (link.bufferedBytes += frame.length),
      close: (why: string) => void (reason = why),
    }
    const accepted = bench.service.accept(link)
    await bench.clock.pass(1)
    for (let n = 0; n < 100; n += 1) accepted.onFrame(encodeClientMessages([get(n + 1)]))
    await bench.clock.pass(1)
    expect(reason).toMatch(/SYNOD_SLOW_CONSUMER/)
    expect(bench.service.stats()).toMatchObject({ slowConsumers: 1, connections: 0 })
  })

  it('bounds the timeouts of sessions before their commands reach the log, so that no replica decides about them', async () => {
    const bench = new Bench({ sessionTimeoutMinMs: 3_000, sessionTimeoutMaxMs: 4_000 })
    const opening = (timeoutMs: number): ClientMessage =>
      write(1, [0, 0], { kind: 'openSession', nonce: new Uint8Array(16).fill(timeoutMs % 251), timeoutMs })
    for (const [wish, given] of [
      [1, 3_000],
      [3_500, 3_500],
      [10_000, 4_000],
    ] as const) {
      await bench.link().ask(opening(wish))
      const envelope = decodeCommandEnvelope(bench.log.entries.at(-1)?.payload ?? new Uint8Array(0))
      const command = envelope.ok ? decodeCommand(envelope.value.operation) : envelope
      expect(command).toMatchObject({ ok: true, value: { kind: 'openSession', timeoutMs: given } })
    }
  })

  it('tells a watch of an entry with more changes than one frame carries as of a gap, and goes on', async () => {
    const bench = new Bench()
    const peer = bench.link()
    const watch = (watchId: number): ClientMessage => ({ type: 'watch', watchId, path: '/', mode: 'recursive', from: -1 })
    await peer.ask(watch(1), watch(2), open(3))
    const deep = (at: number): string => `/${at}${'/xx'.repeat(330)}`
    const operations = Array.from({ length: 30 }, (_, at) => ({ op: 'create' as const, path: deep(at), parents: true }))
    const told = await peer.ask(write(4, [1, 1], { kind: 'transaction', operations }))
    expect(codes(told).toSorted()).toEqual(['', 'compacted', 'compacted'])
    expect(peer.closedWith).toBeNull()
    // Neither is there any more; another may be set.
    const more = await peer.ask(write(5, [1, 2], create('/after')), watch(6), write(7, [1, 3], create('/later')))
    expect(more.flatMap((message) => (message.type === 'events' ? [message.watchId] : []))).toEqual([6, 6])
  })

  it('hashes the state once for many that ask for its status at one position', async () => {
    const bench = new Bench()
    const peer = bench.link()
    const hash = vi.spyOn(bench.replica.state, 'hash')
    const asked = Array.from({ length: 100 }, (_, requestId): ClientMessage => ({ type: 'status', requestId }))
    expect((await peer.ask(...asked)).filter(({ type }) => type === 'status').length).toBe(100)
    expect(hash).toHaveBeenCalledTimes(1)
    await peer.ask(open(1))
    await peer.ask(...asked)
    expect(hash).toHaveBeenCalledTimes(2)
  })

  it('sets a watch once, however often its number was used while its beginning was not there', async () => {
    const bench = new Bench()
    const peer = bench.link()
    await peer.ask(open(1))
    bench.replica.lagging = true
    const watch: ClientMessage = { type: 'watch', watchId: 1, path: '/', mode: 'recursive', from: bench.log.entries.length + 1 }
    for (let times = 0; times < 10; times += 1) await peer.ask(watch, { type: 'unwatch', watchId: 1 })
    await peer.ask(watch)
    const subscribe = vi.spyOn(bench.replica.state, 'subscribe')
    bench.replica.lagging = false
    await peer.ask(write(2, [1, 1], create('/a')))
    bench.replica.catchUp()
    await bench.clock.pass(10)
    expect(subscribe).toHaveBeenCalledTimes(1)
  })

  it('bounds watches, and ends them with their connection', async () => {
    const bench = new Bench({ watchesMax: 2 })
    const peer = bench.link()
    const watch = (watchId: number): ClientMessage => ({ type: 'watch', watchId, path: '/', mode: 'children', from: -1 })
    expect(codes(await peer.ask(watch(1), watch(2), watch(3)))).toEqual(['welcome', '', '', 'SYNOD_BUSY'])
    expect(codes(await peer.ask({ type: 'unwatch', watchId: 1 }, watch(4)))).toEqual([''])
    await peer.ask(open(1))
    await peer.ask(write(2, [1, 1], create('/a')))
    expect(peer.messages.filter(({ type }) => type === 'events').length).toBe(2)
    peer.hangUp()
    bench.log.append(encodeCommandEnvelope({ sessionId: 1, sequence: 2, ackedBelow: 2, operation: encodeCommand(create('/b')) }))
    await bench.clock.pass(1)
    expect(peer.messages.filter(({ type }) => type === 'events').length).toBe(2)
  })

  it('tells its status, the error that halted it included', async () => {
    const bench = new Bench()
    const [, answer] = await bench.link().ask({ type: 'status', requestId: 1 })
    const document: unknown = answer?.type === 'status' ? JSON.parse(Buffer.from(answer.json).toString()) : null
    expect(document).toMatchObject({ id: 1, role: 'leading', leader: 1, halted: null, servers: [{ id: 1, endpoint: 's1', pid: 1 }] })
  })

  it('tells the hash of its state, by which replicas can be compared', async () => {
    const bench = new Bench()
    const peer = bench.link()
    await peer.ask(open(1))
    const answer = (await peer.ask({ type: 'status', requestId: 2 })).at(-1)
    const document: unknown = answer?.type === 'status' ? JSON.parse(Buffer.from(answer.json).toString()) : null
    expect(document).toMatchObject({ appliedZxid: bench.replica.state.appliedZxid, stateHash: bench.replica.state.hash() })
  })

  it('gives the result of a write as the tree gave it', async () => {
    const bench = new Bench()
    const peer = bench.link()
    const [, answer] = await peer.ask(open(1))
    const result = answer?.type === 'result' ? decodeCommandResult(answer.body) : null
    expect(result).toMatchObject({ ok: true, value: { kind: 'session', sessionId: 1, timeoutMs: 10_000 } })
  })

  it('closes all connections when it ends, and takes no more', async () => {
    const bench = new Bench()
    const peer = bench.link()
    bench.service.close()
    const late = bench.link()
    await bench.clock.pass(1)
    expect([peer.closedWith, late.closedWith]).toEqual(['this server is stopping', 'this server is stopping'])
  })

  it('names every issue of its options at once', () => {
    const make = (): unknown => createClientService({ outstandingRequestsMax: 0, colour: 1 } as never)
    expect(make).toThrow(/colour.*replica.*watches.*clock.*outstandingRequestsMax \(0\)/)
  })
})
