import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { assertUnchanged, bytes, rejects, sameZxid, textOf } from './context.ts'
import type { CoordinationContext } from './context.ts'

const mebibyte = 1024 * 1024

/** Clauses about single nodes: create, get, set, delete, exists. */
export const nodeClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'create makes a node, and get gives what was written with its stat',
    async check(context) {
      const client = await context.start()
      const created = await client.create(context.at('a'), bytes('one'))
      assert.equal(created.path, context.at('a'))
      const { stat } = created
      const now = Date.now()
      assert.ok(sameZxid(stat.czxid, stat.mzxid) && sameZxid(stat.czxid, stat.pzxid) && stat.czxid.index > 0)
      assert.ok(Math.abs(stat.ctime - now) < 86_400_000 && stat.mtime === stat.ctime, 'times are milliseconds since 1970')
      const { version, cversion, aversion, ephemeralOwner, dataLength, numChildren } = stat
      assert.deepEqual([version, cversion, aversion, ephemeralOwner, dataLength, numChildren], [0, 0, 0, 0, 3, 0])
      const read = await client.get(context.at('a'))
      assert.deepEqual([textOf(read.data), read.stat], ['one', stat])
      const parent = await client.exists(context.base)
      assert.deepEqual([parent?.numChildren, parent?.cversion, parent?.pzxid], [1, 1, stat.czxid], 'its parent counts it')
    },
  },
  {
    name: 'create rejects a path that is taken with SYNOD_NODE_EXISTS, and the node stays as it was',
    async check(context) {
      const client = await context.start()
      const { stat } = await client.create(context.at('a'), bytes('one'))
      await rejects('SYNOD_NODE_EXISTS', client.create(context.at('a'), bytes('two')))
      await rejects('SYNOD_NODE_EXISTS', client.create(context.at('a'), bytes('two'), { ephemeral: true, parents: true }))
      assert.equal(textOf((await client.get(context.at('a'))).data), 'one')
      await assertUnchanged(client, context.at('a'), stat)
    },
  },
  {
    name: 'create needs the parent: SYNOD_NO_NODE without it, and with parents the missing ones become plain nodes',
    async check(context) {
      const client = await context.start()
      const deep = context.at('a/b/c')
      await rejects('SYNOD_NO_NODE', client.create(deep, bytes('x')))
      assert.equal(await client.exists(context.at('a')), null, 'a refused create has made a parent')
      const { stat } = await client.create(deep, bytes('x'), { parents: true, ephemeral: true })
      assert.equal(stat.ephemeralOwner, client.session.id)
      for (const parent of [context.at('a'), context.at('a/b')]) {
        const made = await client.get(parent)
        assert.deepEqual([made.data.length, made.stat.ephemeralOwner], [0, 0])
        assert.ok(sameZxid(made.stat.czxid, stat.czxid), 'parents are made in the same transaction')
      }
      await client.create(context.at('a/b/d'), bytes('y'), { parents: true })
    },
  },
  {
    name: 'values are bytes: none, all of them, and up to a mebibyte; more is SYNOD_TOO_LARGE',
    async check(context) {
      const client = await context.start()
      const values = [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, i) => i), new Uint8Array(mebibyte).fill(0xa5)]
      for (const [i, value] of values.entries()) {
        await client.create(context.at(`a${i}`), value)
        const read = await client.get(context.at(`a${i}`))
        assert.ok(Buffer.compare(read.data, value) === 0, `a value of ${value.length} bytes came back altered`)
        assert.equal(read.stat.dataLength, value.length)
      }
      const { stat } = await client.create(context.at('b'), bytes(''))
      await rejects('SYNOD_TOO_LARGE', client.create(context.at('c'), new Uint8Array(mebibyte + 1)))
      await rejects('SYNOD_TOO_LARGE', client.set(context.at('b'), new Uint8Array(mebibyte + 1)))
      assert.equal(await client.exists(context.at('c')), null)
      await assertUnchanged(client, context.at('b'), stat)
    },
  },
  {
    name: 'does not alter the bytes it was given, nor need them once the write is acknowledged',
    async check(context) {
      const client = await context.start()
      const shared = new Uint8Array(64).fill(7)
      const given = shared.subarray(8, 16)
      await client.create(context.at('a'), given)
      assert.deepEqual([...given], Array(8).fill(7))
      shared.fill(9)
      const { data } = await client.get(context.at('a'))
      assert.deepEqual([...data], Array(8).fill(7))
      data.fill(1)
      assert.deepEqual([...(await client.get(context.at('a'))).data], Array(8).fill(7), 'what was read is the caller’s own')
    },
  },
  {
    name: 'set replaces the value, counts the version up by one and moves mzxid',
    async check(context) {
      const client = await context.start()
      const { stat: before } = await client.create(context.at('a'), bytes('one'))
      for (const [i, value] of ['two', '', 'four'].entries()) {
        const stat = await client.set(context.at('a'), bytes(value))
        assert.equal(stat.version, i + 1)
        assert.ok(stat.mzxid.index > before.mzxid.index && stat.mtime >= before.mtime)
        assert.deepEqual([stat.czxid, stat.ctime, stat.dataLength], [before.czxid, before.ctime, value.length])
        const read = await client.get(context.at('a'))
        assert.deepEqual([textOf(read.data), read.stat], [value, stat])
      }
    },
  },
  {
    name: 'set and delete with another version are SYNOD_BAD_VERSION and change nothing; without one, any will do',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('a'), bytes('one'))
      const stat = await client.set(context.at('a'), bytes('two'), { version: 0 })
      for (const version of [0, 2]) {
        await rejects('SYNOD_BAD_VERSION', client.set(context.at('a'), bytes('no'), { version }))
        await rejects('SYNOD_BAD_VERSION', client.delete(context.at('a'), { version }))
      }
      await assertUnchanged(client, context.at('a'), stat)
      assert.equal(textOf((await client.get(context.at('a'))).data), 'two')
      await client.set(context.at('a'), bytes('three'))
      await client.delete(context.at('a'), { version: 2 })
      assert.equal(await client.exists(context.at('a')), null)
    },
  },
  {
    name: 'delete removes a node, but none that has children: SYNOD_NOT_EMPTY',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('a/b'), bytes('x'), { parents: true })
      const before = await client.exists(context.at('a'))
      assert.ok(before !== null)
      await rejects('SYNOD_NOT_EMPTY', client.delete(context.at('a')))
      await assertUnchanged(client, context.at('a'), before)
      assert.equal(await client.delete(context.at('a/b')), undefined)
      await client.delete(context.at('a'))
      assert.equal(await client.exists(context.at('a')), null)
    },
  },
  {
    name: 'of a node that is not there, exists gives null and every other call SYNOD_NO_NODE',
    async check(context) {
      const client = await context.start()
      const path = context.at('missing')
      assert.equal(await client.exists(path), null)
      await rejects('SYNOD_NO_NODE', client.get(path))
      await rejects('SYNOD_NO_NODE', client.list(path))
      await rejects('SYNOD_NO_NODE', client.set(path, bytes('x')))
      await rejects('SYNOD_NO_NODE', client.delete(path))
      assert.equal(await client.exists(path), null)
    },
  },
  {
    name: 'what is no path is SYNOD_INVALID_PATH, for every call',
    async check(context) {
      const client = await context.start()
      for (const path of ['', 'a', `${context.base}/`, `${context.base}//a`, `${context.base}/./a`, `${context.base}/..`, '/a\u0000b']) {
        await rejects('SYNOD_INVALID_PATH', client.create(path, bytes('x')))
        await rejects('SYNOD_INVALID_PATH', client.get(path))
        await rejects('SYNOD_INVALID_PATH', client.exists(path))
        await rejects('SYNOD_INVALID_PATH', client.list(path))
        await rejects('SYNOD_INVALID_PATH', client.set(path, bytes('x')))
        await rejects('SYNOD_INVALID_PATH', client.delete(path))
      }
      assert.deepEqual((await client.list(context.base)).names, [])
    },
  },
  {
    name: 'writes are executed in the order of the calls, and each once',
    async check(context) {
      const client = await context.start()
      const created = client.create(context.at('a'), bytes('created'))
      const writes = Array.from({ length: 100 }, (_, i) => client.set(context.at('a'), bytes(String(i))))
      await created
      const stats = await Promise.all(writes)
      assert.deepEqual(
        stats.map(({ version }) => version),
        stats.map((_, i) => i + 1),
      )
      const { data, stat } = await client.get(context.at('a'))
      assert.deepEqual([textOf(data), stat.version], ['99', 100])
    },
  },
]
