import { describe, expect, it } from 'vitest'
import { dialedByOne, startServer, nobody, type Server } from './servers.ts'
import { Relay } from './relay.ts'

const kib = 1024
const bounded = { queueBytesMax: 256 * kib, frameBytesMax: 64 * kib, pingIntervalMs: 3_600_000, suspicionTimeoutMs: 3_600_000 }

function numbered(number: number, bytes: number): Uint8Array {
  const frame = Buffer.alloc(bytes)
  frame.writeUInt32BE(number)
  return frame
}

function numbers(server: Server, peer: number): number[] {
  return server.frames(peer).map((frame) => Buffer.from(frame).readUInt32BE())
}

/** 1 is connected to 2 through a relay that has stopped reading. */
async function stuck(): Promise<{ a: Server; b: Server; relay: Relay }> {
  const [a, b] = [await startServer(1, bounded), await startServer(2, bounded)]
  const relay = await Relay.before(b.transport.address())
  b.transport.setPeers({ 1: nobody, 2: b.url })
  a.transport.setPeers({ 1: a.url, 2: relay.url })
  await Promise.all([a.untilOpen(2), b.untilOpen(1)])
  relay.pause()
  return { a, b, relay }
}

/** Sends until the kernel's buffers and our queue are full; returns how many frames that took. */
function flood(a: Server, lane: 'control' | 'bulk'): number {
  let sent = 0
  while (a.transport.stats().framesDropped === 0) {
    a.transport.send(2, numbered(sent, 64 * kib), lane)
    sent += 1
  }
  return sent - 1
}

describe('queues', () => {
  it.each(['control', 'bulk'] as const)(
    'a flood of %s frames is bounded, drops the newest, counts them, and delivers the rest in order',
    async (lane) => {
      const { a, b, relay } = await stuck()
      const taken = flood(a, lane)
      for (let i = 0; i < 99; i += 1) a.transport.send(2, numbered(9999, 64 * kib), lane)
      expect(a.transport.stats().framesDropped).toBe(100)
      expect(taken).toBeGreaterThanOrEqual(4)
      relay.resume()
      await b.until(() => b.frames(1).length === taken)
      expect(numbers(b, 1)).toEqual(Array.from({ length: taken }, (_, i) => i))
      expect(a.transport.stats()).toMatchObject({ framesSent: taken, bytesSent: taken * 64 * kib })
    },
  )

  it('control frames pass bulk frames that wait', async () => {
    const { a, b, relay } = await stuck()
    const taken = flood(a, 'bulk')
    const inQueue = (256 * kib) / (64 * kib)
    for (let i = 0; i < 5; i += 1) a.transport.send(2, numbered(10_000 + i, 100), 'control')
    relay.resume()
    await b.until(() => b.frames(1).length === taken + 5)
    const order = numbers(b, 1)
    expect(order.indexOf(10_000)).toBeLessThanOrEqual(taken - inQueue)
    expect(order.filter((number) => number >= 10_000)).toEqual([10_000, 10_001, 10_002, 10_003, 10_004])
    expect(order.filter((number) => number < 10_000)).toEqual(Array.from({ length: taken }, (_, i) => i))
  })

  it('a full queue of bulk frames takes no room from control frames', async () => {
    const { a } = await stuck()
    flood(a, 'bulk')
    const dropped = a.transport.stats().framesDropped
    for (let i = 0; i < 40; i += 1) a.transport.send(2, numbered(i, kib), 'control')
    expect(a.transport.stats().framesDropped).toBe(dropped)
  })

  it('what waits for a connection that is lost is dropped and counted, and the next one is clean', async () => {
    const { a, b, relay } = await stuck()
    flood(a, 'bulk')
    const before = a.transport.stats().framesDropped
    a.transport.disconnect(2, 'to try it')
    expect(a.transport.stats().framesDropped).toBe(before + 4)
    relay.resume()
    await a.until(() => a.connections(2).length === 3)
    a.transport.send(2, numbered(77, 4), 'bulk')
    await b.until(() => numbers(b, 1).includes(77))
  })

  it('a frame above the bound, or to nobody, is dropped and counted', async () => {
    const [a] = await dialedByOne(bounded)
    a.transport.send(2, new Uint8Array(64 * kib + 1), 'control')
    a.transport.send(2, new Uint8Array(64 * kib + 1), 'bulk')
    a.transport.send(1, new Uint8Array(1), 'control')
    a.transport.send(9, new Uint8Array(1), 'control')
    expect(a.transport.stats()).toMatchObject({ framesDropped: 4, framesSent: 0 })
  })

  it('a frame of the largest size arrives unchanged on both lanes', async () => {
    const [a, b] = await dialedByOne({})
    const frame = new Uint8Array(16 * kib * kib)
    for (let i = 0; i < frame.length; i += 4093) frame[i] = i & 0xff
    a.transport.send(2, frame, 'bulk')
    b.transport.send(1, frame, 'control')
    await Promise.all([a.until(() => a.frames(2).length === 1), b.until(() => b.frames(1).length === 1)])
    expect(Buffer.compare(frame, a.frames(2)[0] ?? new Uint8Array())).toBe(0)
    expect(Buffer.compare(frame, b.frames(1)[0] ?? new Uint8Array())).toBe(0)
  })
})
