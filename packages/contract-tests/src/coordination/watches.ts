import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { bytes, rejects } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about what a watch reports. */
export const watchClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a data watch, which is the default, reports creation, changes and deletion of its node, and of no other',
    async check(context) {
      const client = await context.start()
      const path = context.at('a')
      const follower = await context.follow(client.watch(path))
      await client.create(path, bytes(''))
      await client.set(path, bytes('1'))
      await client.create(`${path}/child`, bytes(''))
      await client.set(`${path}/child`, bytes('1'))
      await client.delete(`${path}/child`)
      await client.create(`${path}x`, bytes(''))
      await client.delete(path)
      await client.create(path, bytes(''))
      const expected = [`created ${path}`, `changed ${path}`, `deleted ${path}`, `created ${path}`]
      await follower.until('all four events', () => follower.lines().length >= 4)
      assert.deepEqual(follower.lines('created', 'changed', 'deleted', 'children'), expected)
    },
  },
  {
    name: 'a children watch reports changes of the list, not of the children',
    async check(context) {
      const client = await context.start()
      const follower = await context.follow(client.watch(context.base, { mode: 'children' }))
      await client.create(context.at('a'), bytes(''))
      await client.set(context.at('a'), bytes('1'))
      await client.create(context.at('a/below'), bytes(''))
      await client.set(context.base, bytes('1'))
      await client.delete(context.at('a/below'))
      await client.delete(context.at('a'))
      await client.create(context.at('b'), bytes(''))
      await follower.until('three changes of the list', () => follower.lines('children').length >= 3)
      assert.deepEqual(follower.lines('created', 'changed', 'deleted', 'children'), Array(3).fill(`children ${context.base}`))
    },
  },
  {
    name: 'a recursive watch reports its node and everything below, and nothing beside',
    async check(context) {
      const client = await context.start()
      const top = context.at('a')
      const follower = await context.follow(client.watch(top, { mode: 'recursive' }))
      await client.create(top, bytes(''))
      await client.create(`${top}/b/c`, bytes(''), { parents: true })
      await client.create(`${top}b`, bytes(''))
      await client.set(`${top}/b/c`, bytes('1'))
      await client.delete(`${top}/b/c`)
      await client.set(top, bytes('1'))
      const expected = ['created ', 'created /b', 'created /b/c', 'changed /b/c', 'deleted /b/c', 'changed ']
      await follower.until('six events', () => follower.lines().length >= 6)
      assert.deepEqual(
        follower.lines(),
        expected.map((line) => line.replace(' ', ` ${top}`)),
      )
    },
  },
  {
    name: 'ready resolves when the watch is set: every change after that is reported',
    async check(context) {
      const [watcher, writer] = [await context.start(), await context.client()]
      for (let i = 0; i < 5; i += 1) {
        const path = context.at(`n${i}`)
        const follower = await context.follow(watcher.watch(path))
        const { stat } = await writer.create(path, bytes(''))
        await follower.until('the creation', () => follower.events.length > 0)
        const [event] = follower.events
        assert.deepEqual([event?.type, event?.path, event?.zxid], ['created', path, stat.czxid])
      }
    },
  },
  {
    name: 'from: everything after that position, and nothing up to it',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('a'), bytes('0'))
      const stats = []
      for (let i = 1; i <= 10; i += 1) stats.push(await client.set(context.at('a'), bytes(String(i))))
      const from = stats[3]?.mzxid
      assert.ok(from !== undefined)
      const follower = await context.follow(client.watch(context.at('a'), { from }))
      const last = await client.set(context.at('a'), bytes('last'))
      await follower.until('seven events', () => follower.events.length >= 7)
      assert.deepEqual(
        follower.events.map(({ zxid }) => zxid.index),
        [...stats.slice(4), last].map(({ mzxid }) => mzxid.index),
      )
    },
  },
  {
    name: 'a watch from the zxid of a read misses nothing that the read has not shown',
    async check(context) {
      const [client, writer] = [await context.start(), await context.client()]
      await client.create(context.at('a'), bytes('0'))
      const early = Array.from({ length: 10 }, (_, i) => writer.set(context.at('a'), bytes(String(i))))
      const read = await client.get(context.at('a'))
      const late = Array.from({ length: 30 }, (_, i) => writer.set(context.at('a'), bytes(String(i))))
      await late[9]
      const follower = await context.follow(client.watch(context.at('a'), { from: read.zxid }))
      await Promise.all([...early, ...late])
      const missing = 40 - read.stat.version
      await follower.until(`${missing} events after version ${read.stat.version}`, () => follower.events.length >= missing)
      assert.equal(follower.events.length, missing)
    },
  },
  {
    name: 'what is no path cannot be watched: SYNOD_INVALID_PATH',
    async check(context) {
      const client = await context.start()
      for (const path of ['a', `${context.base}/`]) {
        const reading = (async () => {
          for await (const _event of client.watch(path)) return
        })()
        await rejects('SYNOD_INVALID_PATH', context.settled('the watch fails', reading).then(rethrow))
      }
    },
  },
]

function rethrow(result: PromiseSettledResult<unknown>): void {
  if (result.status === 'rejected') throw result.reason
}
