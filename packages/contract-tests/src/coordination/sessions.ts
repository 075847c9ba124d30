import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import type { Clause } from '../runner.ts'
import { bytes } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about sessions. */
export const sessionClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a session has a number, a timeout and a deadline, and is held',
    async check(context) {
      const client = await context.start({ sessionTimeoutMs: 6000 })
      const { id, timeoutMs, deadline, held, signal } = client.session
      assert.ok(Number.isSafeInteger(id) && id > 0, `id ${id}`)
      assert.equal(timeoutMs, 6000)
      assert.ok(Number.isFinite(deadline) && deadline > 0, `deadline ${deadline}`)
      assert.deepEqual([held, signal.aborted], [true, false])
    },
  },
  {
    name: 'each client has a session of its own',
    async check(context) {
      const [client, other] = [await context.start(), await context.client()]
      await other.create(context.at('a'), bytes(''))
      assert.notEqual(client.session.id, other.session.id)
    },
  },
  {
    name: 'a session is kept alive without any call: its deadline moves on',
    async check(context) {
      const client = await context.start({ sessionTimeoutMs: 1000 })
      const { deadline, id } = client.session
      await context.eventually.insist(
        'the deadline has moved on by more than the timeout',
        () => context.eventually.changed(),
        () => client.session.deadline > deadline + 1_000_000,
      )
      assert.deepEqual([client.session.id, client.session.held, client.session.signal.aborted], [id, true, false])
    },
  },
  {
    name: 'close ends the session: the signal aborts with SYNOD_SESSION_EXPIRED, and it is held no more',
    async check(context) {
      const client = await context.start()
      const { signal } = client.session
      await client.close()
      assert.ok(signal.aborted && SynodError.is(signal.reason, 'SYNOD_SESSION_EXPIRED'), 'the signal has not aborted')
      assert.equal(client.session.held, false)
    },
  },
]
