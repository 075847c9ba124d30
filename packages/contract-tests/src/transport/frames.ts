import assert from 'node:assert/strict'
import { turns } from '../eventually.ts'
import type { Clause } from '../runner.ts'
import { connectedPair } from './context.ts'
import type { TransportContext } from './context.ts'

/** Bytes that differ at every position and with every seed. */
function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 31 + (i >>> 8) * 7 + seed * 13) & 0xff
  return bytes
}

function tagged(from: number, to: number): Uint8Array {
  return Uint8Array.of(from, to, 0xa5)
}

/** Clauses about what is sent and what arrives. */
export const frameClauses: readonly Clause<TransportContext>[] = [
  {
    name: 'never alters a frame, on either lane, whatever its size',
    async check(context) {
      const [a, b] = await connectedPair(context)
      const sizes = [1, 2, 125, 126, 127, 1000, 65_535, 65_536, 100_003, context.frameBytesMax]
      for (const [seed, size] of sizes.entries()) {
        for (const lane of ['control', 'bulk'] as const) {
          const sent = pattern(size, seed)
          const before = b.framesFrom(1).length
          await context.eventually.insist(
            `a frame of ${size} bytes on lane ${lane}`,
            () => a.send(2, sent, lane),
            () => b.framesFrom(1).length > before,
          )
          await turns(2)
          for (const got of b.framesFrom(1).slice(before)) {
            assert.ok(Buffer.compare(got, pattern(size, seed)) === 0, `a frame of ${size} bytes arrived altered`)
          }
        }
      }
    },
  },
  {
    name: 'never delivers a frame to or from the wrong server',
    async check(context) {
      const stations = await context.connected(1, 2, 3)
      const sendAll = (): void => {
        for (const from of stations) {
          for (const to of stations) if (to !== from) from.send(to.id, tagged(from.id, to.id))
        }
      }
      await context.eventually.insist('a frame over each of the six directions', sendAll, () =>
        stations.every((to) => stations.every((from) => from === to || to.framesFrom(from.id).length > 0)),
      )
      for (const station of stations) {
        for (const told of station.told) {
          if (told.kind === 'frame') assert.deepEqual([...told.frame], [...tagged(told.peer, station.id)])
        }
      }
    },
  },
  {
    name: 'leaves the bytes alone after send and after delivery',
    async check(context) {
      const [a, b] = await connectedPair(context)
      const sent = Array.from({ length: 20 }, (_, seed) => pattern(2000, seed))
      await context.eventually.insist(
        'many frames',
        () => sent.forEach((frame) => a.send(2, frame)),
        () => b.framesFrom(1).length >= sent.length,
      )
      const held = b.framesFrom(1).map((frame) => [frame, Buffer.from(frame)] as const)
      await context.eventually.insist(
        'later frames',
        () => a.send(2, pattern(3000, 99)),
        () => b.framesFrom(1).some((frame) => frame.length === 3000),
      )
      for (const [frame, copy] of held) assert.ok(copy.equals(frame), 'a delivered frame changed afterwards')
      sent.forEach((frame, seed) => assert.ok(Buffer.from(pattern(2000, seed)).equals(frame), 'a frame changed in the hands of its sender'))
    },
  },
  {
    name: 'send never throws, whoever is away, and counts what it drops',
    async check(context) {
      const lonely = context.station(1)
      lonely.send(2, Uint8Array.of(1))
      await lonely.start()
      const before = lonely.transport.stats().framesDropped
      for (let i = 0; i < 5; i += 1) lonely.send(2, Uint8Array.of(i))
      lonely.send(3, Uint8Array.of(9), 'bulk')
      lonely.send(65_535, Uint8Array.of(9))
      await context.eventually.insist(
        'the drops are counted',
        () => lonely.send(2, Uint8Array.of(7)),
        () => lonely.transport.stats().framesDropped > before,
      )
      await lonely.transport.stop()
      lonely.send(2, Uint8Array.of(1))
    },
  },
  {
    name: 'queues are bounded: what one turn cannot queue is dropped and counted, and the link works on',
    async check(context) {
      const [a, b] = await connectedPair(context)
      const size = Math.min(context.frameBytesMax, 64 * 1024)
      const big = pattern(size, 3)
      const count = Math.ceil((context.queueBytesMax * 4) / size)
      for (let i = 0; i < count; i += 1) a.send(2, big, 'bulk')
      await context.eventually.until('drops are counted', () => a.transport.stats().framesDropped > 0)
      const { framesDropped, framesSent } = a.transport.stats()
      assert.ok(framesSent + framesDropped >= count, `${framesSent} sent and ${framesDropped} dropped of ${count}`)
      await context.eventually.insist(
        'a frame after the flood',
        () => a.send(2, Uint8Array.of(42)),
        () => b.framesFrom(1).some((frame) => frame.length === 1 && frame[0] === 42),
      )
    },
  },
  {
    name: 'a server that is away does not hold up the others',
    async check(context) {
      const [a, b] = await connectedPair(context)
      for (let i = 0; i < 1000; i += 1) a.send(3, pattern(1000, i))
      await context.eventually.insist(
        'a frame to the one that is there',
        () => a.send(2, tagged(1, 2)),
        () => b.framesFrom(1).length > 0,
      )
    },
  },
  {
    name: 'counts frames and bytes that it sent and received',
    async check(context) {
      const [a, b] = await connectedPair(context)
      await context.eventually.insist(
        'a frame',
        () => a.send(2, pattern(500, 1)),
        () => b.framesFrom(1).length > 0,
      )
      const received = b.framesFrom(1).length
      const sender = a.transport.stats()
      const receiver = b.transport.stats()
      assert.ok(sender.framesSent >= received && sender.bytesSent >= received * 500, 'sent frames and bytes are counted')
      assert.ok(receiver.framesReceived >= received && receiver.bytesReceived >= received * 500, 'received frames and bytes are counted')
      const trip = a.transport.roundTripMicros(2)
      assert.ok(Number.isFinite(trip) && trip >= 0, `the round trip is ${trip}`)
      assert.equal(a.transport.roundTripMicros(3), 0, 'the round trip to somebody never met is unknown')
    },
  },
]
