import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import type { WatchEvent } from '@synod/interface/coordination'
import { turns } from '../eventually.ts'
import type { Clause } from '../runner.ts'
import { bytes } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about watches as streams: order, ends, bounds. */
export const streamClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'each change is reported once, none missing, in order, whoever wrote it',
    async check(context) {
      const [watcher, one, two] = [await context.start(), await context.client(), await context.client()]
      const follower = await context.follow(watcher.watch(context.base, { mode: 'recursive' }))
      const written = await Promise.all(
        [one, two].flatMap((client, author) =>
          Array.from({ length: 50 }, async (_, i) => (await client.create(context.at(`${author}-${i}`), bytes(''))).stat.czxid.index),
        ),
      )
      await follower.until('100 creations', () => follower.lines('created').length >= 100)
      await turns(5)
      follower.assertInOrder()
      assert.deepEqual(
        follower.events.filter(({ type }) => type === 'created').map(({ zxid }) => zxid.index),
        written.toSorted((a, b) => a - b),
      )
    },
  },
  {
    name: 'the events of one transaction have one zxid',
    async check(context) {
      const client = await context.start()
      const follower = await context.follow(client.watch(context.base, { mode: 'recursive' }))
      await client.multi(['a', 'b', 'c'].map((name) => ({ op: 'create', path: context.at(name) }) as const))
      await follower.until('three creations', () => follower.lines('created').length === 3)
      assert.equal(new Set(follower.events.map(({ zxid }) => `${zxid.epoch}.${zxid.index}`)).size, 1)
    },
  },
  {
    name: 'the end of a session is reported as the deletion of its ephemeral nodes',
    async check(context) {
      const [watcher, owner] = [await context.start(), await context.client()]
      const node = await context.follow(watcher.watch(context.at('e')))
      const list = await context.follow(watcher.watch(context.base, { mode: 'children' }))
      await owner.create(context.at('e'), bytes(''), { ephemeral: true })
      await owner.close()
      await node.until('creation and deletion', () => node.events.length === 2)
      assert.deepEqual(node.lines(), [`created ${context.at('e')}`, `deleted ${context.at('e')}`])
      await list.until('two changes of the list', () => list.lines('children').length === 2)
    },
  },
  {
    name: 'watches of one client are independent: the same path twice, and one closed',
    async check(context) {
      const client = await context.start()
      const watches = [client.watch(context.at('a')), client.watch(context.at('a')), client.watch(context.at('b'))] as const
      const [first, second, third] = [await context.follow(watches[0]), await context.follow(watches[1]), await context.follow(watches[2])]
      await client.create(context.at('a'), bytes(''))
      await first.until('the creation', () => first.events.length === 1)
      await watches[0].close()
      await client.set(context.at('a'), bytes('1'))
      await client.create(context.at('b'), bytes(''))
      await second.until('creation and change', () => second.events.length === 2)
      await third.until('the creation', () => third.events.length === 1)
      assert.equal(first.events.length, 1, 'a closed watch reported')
    },
  },
  {
    name: 'close ends the loop, also one that waits; it may be called again',
    async check(context) {
      const client = await context.start()
      const watch = client.watch(context.base)
      const follower = await context.follow(watch)
      await watch.close()
      await follower.until('the loop ends', () => follower.ended !== undefined)
      assert.deepEqual(follower.ended, { error: null })
      await watch.close()
      await watch[Symbol.asyncDispose]()
      await client.set(context.base, bytes('x'))
      assert.deepEqual(follower.events, [])
    },
  },
  {
    name: 'leaving the loop ends the watch',
    async check(context) {
      const client = await context.start()
      const watch = client.watch(context.base)
      const first = (async (): Promise<WatchEvent | undefined> => {
        for await (const event of watch) return event
        return undefined
      })()
      await context.settled('the watch is set', watch.ready)
      await client.set(context.base, bytes('1'))
      const result = await context.settled('the first event', first)
      assert.ok(result.status === 'fulfilled')
      await client.set(context.base, bytes('2'))
      const next = await context.settled('the watch has ended', watch[Symbol.asyncIterator]().next())
      assert.ok(next.status === 'fulfilled')
      assert.deepEqual(next.value, { done: true, value: undefined })
    },
  },
  {
    name: 'the signal ends the loop with its reason, unchanged',
    async check(context) {
      const client = await context.start()
      const reason = { because: 'enough' }
      const abort = new AbortController()
      const follower = await context.follow(client.watch(context.base, { signal: abort.signal }))
      abort.abort(reason)
      await follower.until('the loop ends', () => follower.ended !== undefined)
      assert.ok(follower.ended?.error === reason, `ended with ${String(follower.ended?.error)}`)
    },
  },
  {
    name: 'a slow consumer gets SYNOD_SLOW_CONSUMER instead of unbounded memory',
    async check(context) {
      const client = await context.start()
      const watch = client.watch(context.base, { bufferMax: 5 })
      await context.settled('the watch is set', watch.ready)
      for (let i = 0; i < 30; i += 1) await client.set(context.base, bytes(String(i)))
      await turns(10)
      const reading = (async () => {
        for await (const _event of watch) continue
      })()
      const result = await context.settled('the loop ends', reading)
      assert.ok(result.status === 'rejected' && SynodError.is(result.reason, 'SYNOD_SLOW_CONSUMER'), 'the loop did not fail')
    },
  },
]
