import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { bytes, rejects } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about nodes that live as long as a session. */
export const ephemeralClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'an ephemeral node names its session and vanishes when that is closed; plain nodes stay',
    async check(context) {
      const client = await context.start()
      const owner = await context.client()
      const { stat } = await owner.create(context.at('e'), bytes(''), { ephemeral: true })
      await owner.create(context.at('plain'), bytes(''))
      assert.equal(stat.ephemeralOwner, owner.session.id)
      assert.equal((await client.exists(context.at('e')))?.ephemeralOwner, owner.session.id)
      await owner.close()
      await context.ask('the ephemeral node is gone', async () => (await client.exists(context.at('e'))) === null)
      assert.notEqual(await client.exists(context.at('plain')), null)
    },
  },
  {
    name: 'it stays while its session lives, whoever else goes',
    async check(context) {
      const client = await context.start()
      const other = await context.client()
      await client.create(context.at('mine'), bytes(''), { ephemeral: true })
      await other.create(context.at('theirs'), bytes(''), { ephemeral: true })
      await other.close()
      await context.ask('the other’s node is gone', async () => (await client.exists(context.at('theirs'))) === null)
      assert.notEqual(await client.exists(context.at('mine')), null)
    },
  },
  {
    name: 'an ephemeral node has no children: SYNOD_NO_CHILDREN_FOR_EPHEMERALS',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('e'), bytes(''), { ephemeral: true })
      await rejects('SYNOD_NO_CHILDREN_FOR_EPHEMERALS', client.create(context.at('e/child'), bytes('')))
      await rejects('SYNOD_NO_CHILDREN_FOR_EPHEMERALS', client.create(context.at('e/a/b'), bytes(''), { parents: true }))
      assert.equal((await client.exists(context.at('e')))?.numChildren, 0)
    },
  },
  {
    name: 'an ephemeral node can be sequential, set and deleted, by anybody',
    async check(context) {
      const client = await context.start()
      const other = await context.client()
      const { path, stat } = await client.create(context.at('e-'), bytes(''), { ephemeral: true, sequential: true })
      assert.equal(stat.ephemeralOwner, client.session.id)
      const changed = await other.set(path, bytes('x'), { version: 0 })
      assert.equal(changed.ephemeralOwner, client.session.id, 'a set changed the owner')
      await other.delete(path)
      assert.equal(await client.exists(path), null)
    },
  },
]
