import assert from 'node:assert/strict'
import type { CallOptions, CoordinationClient } from '@synod/interface/coordination'
import type { Clause } from '../runner.ts'
import { bytes, rejects } from './context.ts'
import type { CoordinationContext } from './context.ts'

type Call = (client: CoordinationClient, path: string, options: CallOptions) => Promise<unknown>

/** Every call that waits, on a path that exists. */
const calls: Readonly<Record<string, Call>> = {
  create: (client, path, options) => client.create(`${path}/by-create`, bytes(''), options),
  get: (client, path, options) => client.get(path, options),
  set: (client, path, options) => client.set(path, bytes('by set'), options),
  delete: (client, path, options) => client.delete(`${path}/victim`, options),
  exists: (client, path, options) => client.exists(path, options),
  list: (client, path, options) => client.list(path, options),
  multi: (client, path, options) => client.multi([{ op: 'set', path, data: bytes('by multi') }], options),
  // Async, so that one that throws at once is a rejection, too.
  watch: async (client, path, options) => {
    for await (const event of client.watch(path, options)) return event
    return undefined
  },
}

async function assertReason(name: string, call: Promise<unknown>, reason: unknown): Promise<void> {
  const [result] = await Promise.allSettled([call])
  assert.equal(result?.status, 'rejected', `${name} was not rejected`)
  assert.ok(result?.status === 'rejected' && result.reason === reason, `${name} was rejected with something else than signal.reason`)
}

/** Clauses about aborts and about the end of a client. */
export const callClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a signal that has aborted rejects every call with signal.reason, unchanged, and nothing is done',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('victim'), bytes(''))
      const before = await client.exists(context.base)
      for (const reason of [new Error('enough'), 'a text', { any: 'thing' }]) {
        for (const [name, call] of Object.entries(calls))
          await assertReason(name, call(client, context.base, { signal: AbortSignal.abort(reason) }), reason)
      }
      assert.deepEqual(await client.exists(context.base), before)
    },
  },
  {
    name: 'an abort ends the wait of every call with signal.reason, unchanged, and the client works on',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('victim'), bytes(''))
      for (const [name, call] of Object.entries(calls)) {
        const abort = new AbortController()
        const reason = { because: name }
        const waiting = assertReason(name, call(client, context.base, { signal: abort.signal }), reason)
        abort.abort(reason)
        await context
          .settled(`${name} is given up`, waiting)
          .then((result) => assert.deepEqual(result, { status: 'fulfilled', value: undefined }))
      }
      const stat = await client.set(context.base, bytes('after'))
      assert.deepEqual(await client.exists(context.base), stat)
    },
  },
  {
    name: 'an abort after the answer changes nothing',
    async check(context) {
      const client = await context.start()
      const abort = new AbortController()
      const stat = await client.set(context.base, bytes('x'), { signal: abort.signal })
      abort.abort(new Error('too late'))
      assert.deepEqual(await client.exists(context.base), stat)
      assert.equal(client.session.held, true)
    },
  },
  {
    name: 'close may be called again, at the same time and by disposal',
    async check(context) {
      const client = await context.start()
      const closing = Promise.all([client.close(), client.close(), client[Symbol.asyncDispose]()])
      assert.equal((await context.settled('close resolves', closing)).status, 'fulfilled')
      assert.equal((await context.settled('close resolves again', client.close())).status, 'fulfilled')
    },
  },
  {
    name: 'a client that never made a call can be closed',
    async check(context) {
      const client = await context.client()
      assert.equal((await context.settled('close resolves', client.close())).status, 'fulfilled')
    },
  },
  {
    name: 'after close every call is rejected with SYNOD_STOPPED, and nothing is done',
    async check(context) {
      const [client, other] = [await context.start(), await context.client()]
      await other.create(context.at('victim'), bytes(''))
      const before = await other.exists(context.base)
      await client.close()
      for (const call of Object.values(calls)) await rejects('SYNOD_STOPPED', call(client, context.base, {}))
      assert.deepEqual(await other.exists(context.base), before)
    },
  },
  {
    name: 'close ends the client’s watches',
    async check(context) {
      const client = await context.start()
      const follower = await context.follow(client.watch(context.base))
      await client.close()
      await follower.until('the loop ends', () => follower.ended !== undefined)
    },
  },
]
