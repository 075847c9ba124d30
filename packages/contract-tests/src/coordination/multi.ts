import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { assertUnchanged, bytes, rejects, sameZxid, textOf } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about transactions. */
export const multiClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'multi executes all operations at one position, and answers each at its place',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('old'), bytes('x'))
      const results = await client.multi([
        { op: 'check', path: context.at('old'), version: 0 },
        { op: 'create', path: context.at('new'), data: bytes('one') },
        { op: 'set', path: context.at('new'), data: bytes('two'), version: 0 },
        { op: 'delete', path: context.at('old') },
        { op: 'create', path: context.at('seq-'), sequential: true, ephemeral: true },
        { op: 'create', path: context.at('deep/er'), parents: true },
      ])
      assert.deepEqual(
        results.map(({ op }) => op),
        ['check', 'create', 'set', 'delete', 'create', 'create'],
      )
      const [, created, set, , sequential] = results
      assert.ok(created?.op === 'create' && set?.op === 'set' && sequential?.op === 'create')
      assert.deepEqual([created.path, created.stat.version, set.stat.version], [context.at('new'), 0, 1])
      assert.ok(sameZxid(created.stat.czxid, set.stat.mzxid) && sameZxid(created.stat.czxid, sequential.stat.czxid))
      assert.match(sequential.path.slice(context.base.length), /^\/seq-\d{10}$/)
      assert.equal(sequential.stat.ephemeralOwner, client.session.id)
      assert.equal(textOf((await client.get(context.at('new'))).data), 'two')
      assert.equal(await client.exists(context.at('old')), null)
      assert.notEqual(await client.exists(context.at('deep/er')), null)
    },
  },
  {
    name: 'multi is all or nothing: it rejects with the code of the operation at fault, and nothing has changed',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('a'), bytes('x'))
      const before = { base: await client.exists(context.base), a: await client.exists(context.at('a')) }
      assert.ok(before.base !== null && before.a !== null)
      const good = [
        { op: 'create', path: context.at('b') },
        { op: 'create', path: context.at('s-'), sequential: true },
        { op: 'set', path: context.at('a'), data: bytes('changed') },
      ] as const
      await rejects('SYNOD_BAD_VERSION', client.multi([...good, { op: 'check', path: context.at('a'), version: 0 }]))
      await rejects('SYNOD_NO_NODE', client.multi([...good, { op: 'set', path: context.at('c'), data: bytes('') }]))
      await rejects('SYNOD_NODE_EXISTS', client.multi([...good, { op: 'create', path: context.at('a') }]))
      await rejects('SYNOD_NOT_EMPTY', client.multi([...good, { op: 'delete', path: context.base }]))
      await rejects('SYNOD_INVALID_PATH', client.multi([...good, { op: 'delete', path: 'nowhere' }]))
      await assertUnchanged(client, context.at('a'), before.a)
      await assertUnchanged(client, context.base, before.base)
      assert.deepEqual((await client.list(context.base)).names, ['a'])
      assert.equal(textOf((await client.get(context.at('a'))).data), 'x')
    },
  },
  {
    name: 'check tests a version, or only that the node is there, and changes nothing',
    async check(context) {
      const client = await context.start()
      const { stat } = await client.create(context.at('a'), bytes('x'))
      const path = context.at('a')
      assert.deepEqual(
        await client.multi([
          { op: 'check', path },
          { op: 'check', path, version: 0 },
        ]),
        [{ op: 'check' }, { op: 'check' }],
      )
      await rejects('SYNOD_BAD_VERSION', client.multi([{ op: 'check', path, version: 1 }]))
      await rejects('SYNOD_NO_NODE', client.multi([{ op: 'check', path: context.at('missing') }]))
      await assertUnchanged(client, path, stat)
    },
  },
  {
    name: 'nobody sees half a multi',
    async check(context) {
      const [writer, reader] = [await context.start(), await context.client()]
      await writer.create(context.at('0'), bytes(''))
      let writing = true
      const writes = (async () => {
        for (let i = 0; i < 40; i += 1) {
          await writer.multi([
            { op: 'delete', path: context.at(String(i)) },
            { op: 'create', path: context.at(String(i + 1)) },
          ])
        }
      })().finally(() => (writing = false))
      const seen: number[] = []
      while (writing) seen.push((await reader.list(context.base)).names.length)
      await writes
      assert.deepEqual(
        seen.filter((count) => count !== 1),
        [],
        'saw no child, or two',
      )
    },
  },
]
