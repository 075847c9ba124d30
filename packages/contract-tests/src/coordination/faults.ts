import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import { turns } from '../eventually.ts'
import type { Clause } from '../runner.ts'
import { bytes, rejects } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Shown only where the caller can break connections. */
export const resumeClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a session and its ephemeral nodes outlive a broken connection',
    async check(context) {
      const [client, other] = [await context.start(), await context.client()]
      const { stat } = await client.create(context.at('e'), bytes(''), { ephemeral: true })
      const { id } = client.session
      for (let i = 0; i < 3; i += 1) {
        await context.interrupt(client)
        const { ephemeralOwner } = await client.set(context.at('e'), bytes(String(i)))
        assert.equal(ephemeralOwner, id)
      }
      assert.deepEqual([client.session.id, client.session.held, client.session.signal.aborted], [id, true, false])
      assert.deepEqual((await other.exists(context.at('e')))?.czxid, stat.czxid)
    },
  },
  {
    name: 'a write under way when the connection breaks is executed once, or its outcome is said to be unknown',
    async check(context) {
      const client = await context.start()
      let [done, unknown] = [0, 0]
      for (let round = 0; round < 3; round += 1) {
        const writes = Array.from({ length: 20 }, (_, i) => client.set(context.base, bytes(`${round}.${i}`)))
        await turns(round)
        await context.interrupt(client)
        for (const result of await Promise.allSettled(writes)) {
          if (result.status === 'fulfilled') done += 1
          else if (SynodError.is(result.reason, 'SYNOD_OUTCOME_UNKNOWN')) unknown += 1
          else assert.fail(`rejected with ${String(result.reason)}`)
        }
      }
      const version = (await client.exists(context.base))?.version ?? -1
      assert.ok(version >= done && version <= done + unknown, `${done} acknowledged, ${unknown} unknown, ${version} executed`)
    },
  },
  {
    name: 'reads under way when the connection breaks are answered',
    async check(context) {
      const client = await context.start()
      const stat = await client.set(context.base, bytes('x'))
      const reads = Array.from({ length: 10 }, () => client.exists(context.base))
      await context.interrupt(client)
      for (const read of await Promise.all(reads)) assert.deepEqual(read, stat)
    },
  },
  {
    name: 'a watch goes on over broken connections: each change once, none missing, in order',
    async check(context) {
      const [client, writer] = [await context.start(), await context.client()]
      const follower = await context.follow(client.watch(context.base, { mode: 'recursive' }))
      const written: number[] = []
      for (let round = 0; round < 3; round += 1) {
        const writes = Array.from({ length: 10 }, (_, i) => writer.create(context.at(`${round}-${i}`), bytes('')))
        await turns(round)
        await context.interrupt(client)
        for (const { stat } of await Promise.all(writes)) written.push(stat.czxid.index)
      }
      await follower.until('30 creations', () => follower.lines('created').length >= 30)
      await client.set(context.base, bytes('end'))
      await follower.until('the last change', () => follower.lines('changed').length > 0)
      follower.assertInOrder()
      assert.deepEqual(
        follower.events.filter(({ type }) => type === 'created').map(({ zxid }) => zxid.index),
        written.toSorted((a, b) => a - b),
      )
    },
  },
]

/** Shown only where the caller can take the servers away for good. */
export const expiryClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a client without servers knows that its session is over before the servers end it, and says SYNOD_SESSION_EXPIRED for good',
    async check(context) {
      const other = await context.start()
      const client = await context.client({ sessionTimeoutMs: 1000 })
      await client.create(context.at('e'), bytes(''), { ephemeral: true })
      const { signal } = client.session
      const order: string[] = []
      signal.addEventListener('abort', () => {
        order.push('told')
        context.eventually.changed()
      })
      const follower = await context.follow(other.watch(context.at('e')))
      await context.isolate(client)
      await context.eventually.until('the signal aborts', () => signal.aborted)
      assert.ok(SynodError.is(signal.reason, 'SYNOD_SESSION_EXPIRED'))
      assert.equal(client.session.held, false)
      assert.equal(follower.lines('deleted').length, 0, 'the servers ended the session first')
      await rejects('SYNOD_SESSION_EXPIRED', client.set(context.base, bytes('x')))
      await rejects('SYNOD_SESSION_EXPIRED', client.create(context.at('late'), bytes('')))
      await follower.until('the servers end the session', () => follower.lines('deleted').length === 1)
      assert.deepEqual(order, ['told'])
      const closed = await context.settled('close is bounded in time', client.close())
      assert.equal(closed.status, 'fulfilled')
    },
  },
]
