import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import { turns } from '../eventually.ts'
import type { Clause } from '../runner.ts'
import { connectedPair } from './context.ts'
import type { TransportContext } from './context.ts'

/** Clauses about connections: opened, closed, refused, rejected. */
export const connectionClauses: readonly Clause<TransportContext>[] = [
  {
    name: 'tells both ends that a connection is open, with the incarnation of the peer',
    async check(context) {
      const a = await context.started(1, { incarnation: 7 })
      const b = await context.started(2, { incarnation: 3 })
      await a.untilOpen(b)
      await b.untilOpen(a)
      assert.deepEqual(a.incarnations('opened', 2), [3])
      assert.deepEqual(b.incarnations('opened', 1), [7])
    },
  },
  {
    name: 'tells of every failed try that nobody listens at a peer’s address, whichever id is greater',
    async check(context) {
      const b = await context.started(2)
      await context.eventually.until('2 hears twice that 1 and 3 refuse', () => b.count('refused', 1) >= 2 && b.count('refused', 3) >= 2)
      assert.equal(b.isOpen(1) || b.isOpen(3), false)
    },
  },
  {
    name: 'a transport that stops gives its peers closed, then refused; its next life gives opened with its own incarnation',
    async check(context) {
      for (const [stopped, other] of [
        [1, 2],
        [2, 1],
      ] as const) {
        const [a, b] = [await context.started(stopped), await context.started(other)]
        await b.untilOpen(a)
        await a.untilOpen(b)
        await a.transport.stop()
        await context.eventually.until('closed, then refused', () => {
          const closedAt = b.told.findIndex((told) => told.kind === 'closed' && told.peer === stopped)
          return closedAt >= 0 && b.told.findLastIndex((told) => told.kind === 'refused' && told.peer === stopped) > closedAt
        })
        assert.deepEqual(b.incarnations('closed', stopped), [1])
        const again = await context.started(stopped, { incarnation: 2 })
        await b.untilOpen(again)
        await again.untilOpen(b)
        assert.deepEqual(b.incarnations('opened', stopped), [1, 2])
        await again.transport.stop()
        await b.transport.stop()
      }
    },
  },
  {
    name: 'frames arrive over the connection of the next life',
    async check(context) {
      const [a, b] = await connectedPair(context)
      await a.transport.stop()
      const again = await context.started(1, { incarnation: 2 })
      await b.untilOpen(again)
      await context.eventually.insist(
        'a frame to the restarted one',
        () => b.send(1, Uint8Array.of(5)),
        () => again.framesFrom(2).length > 0,
      )
      await context.eventually.insist(
        'a frame from the restarted one',
        () => again.send(2, Uint8Array.of(6)),
        () => b.framesFrom(1).some((frame) => frame[0] === 6),
      )
    },
  },
  {
    name: 'disconnect closes the connection at both ends and opens another',
    async check(context) {
      const [a, b] = await connectedPair(context)
      a.call(() => a.transport.disconnect(2, 'its frame did not decode'))
      a.call(() => a.transport.disconnect(65_535, 'nobody'))
      await context.eventually.until('closed at both ends', () => a.count('closed', 2) > 0 && b.count('closed', 1) > 0)
      await context.eventually.until('opened again at both ends', () => a.isOpen(2) && b.isOpen(1))
      await context.eventually.insist(
        'a frame over the new connection',
        () => a.send(2, Uint8Array.of(1)),
        () => b.framesFrom(1).length > 0,
      )
    },
  },
  {
    name: 'reads the identity at every handshake',
    async check(context) {
      const [a, b] = await connectedPair(context)
      a.identity = { ...a.identity, clusterId: 'c1', incarnation: 9 }
      b.identity = { ...b.identity, clusterId: 'c1' }
      a.call(() => a.transport.disconnect(2, 'to make another handshake'))
      await context.eventually.until('opened as who it is now', () => b.incarnations('opened', 1).includes(9))
    },
  },
  {
    name: 'turns away a server of another cluster and tells both people why',
    async check(context) {
      const a = await context.started(1, { clusterId: 'c1' })
      const b = await context.started(2, { clusterId: 'c2' })
      const c = await context.started(3, { clusterName: 'elsewhere' })
      for (const station of [a, b, c]) {
        await context.eventually.until(`${station.id} is told`, () => station.rejections().length > 0)
        for (const error of station.rejections()) assert.ok(SynodError.is(error, 'SYNOD_CLUSTER_MISMATCH'), `the code is ${error.code}`)
        assert.equal(
          station.told.some((told) => told.kind === 'opened'),
          false,
          'opened to a stranger',
        )
      }
      a.send(2, Uint8Array.of(1))
      await turns(5)
      assert.equal(b.framesFrom(1).length, 0, 'a frame of a stranger was delivered')
      const counted = [a, b, c].flatMap((station) => Object.values(station.transport.stats().rejected))
      assert.ok(
        counted.some((count) => count > 0),
        'rejections are counted',
      )
    },
  },
  {
    name: 'does not compare the cluster id of a server that has none yet',
    async check(context) {
      const a = await context.started(1, { clusterId: 'c1' })
      const b = await context.started(2)
      await a.untilOpen(b)
      await b.untilOpen(a)
    },
  },
  {
    name: 'start rejects with SYNOD_PORT_IN_USE when its address is taken, and the holder works on',
    async check(context) {
      const [a, b] = await connectedPair(context)
      const second = context.station(1, { incarnation: 2 })
      await assert.rejects(
        () => second.start(),
        (error) => SynodError.is(error, 'SYNOD_PORT_IN_USE'),
      )
      await context.eventually.insist(
        'a frame to the holder',
        () => b.send(1, Uint8Array.of(1)),
        () => a.framesFrom(2).length > 0,
      )
      assert.equal(second.told.length, 0, 'the second one was told something')
    },
  },
  {
    name: 'says nothing after stop, which may be called again',
    async check(context) {
      const [a, b] = await connectedPair(context)
      for (let i = 0; i < 100; i += 1) b.send(1, Uint8Array.of(i))
      await a.transport.stop()
      const told = a.told.length
      await a.transport.stop()
      await context.eventually.until('the peer has noticed', () => b.count('closed', 1) > 0 && b.count('refused', 1) > 0)
      assert.equal(a.told.length, told, 'told something after it had stopped')
    },
  },
]
