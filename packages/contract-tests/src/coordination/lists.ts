import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { bytes } from './context.ts'
import type { CoordinationContext } from './context.ts'

async function fill(context: CoordinationContext, names: readonly string[]): ReturnType<CoordinationContext['start']> {
  const client = await context.start()
  await client.multi(names.map((name) => ({ op: 'create', path: context.at(name) }) as const))
  return client
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i).padStart(4, '0'))

/** Clauses about lists of children. */
export const listClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'list gives names, not paths, in code unit order, with the stat of the parent',
    async check(context) {
      // By code points, the last two would change places.
      const names = ['A', 'B', 'a', 'a!', 'a-1', 'a0', 'aa', 'b', 'é', '\u{1F600}', '\uFB00']
      const client = await fill(context, [...names].reverse())
      await client.create(context.at('a/below'), bytes(''))
      const list = await client.list(context.base)
      assert.deepEqual([list.names, list.more], [names, false])
      assert.deepEqual(list.stat, await client.exists(context.base))
      assert.ok(list.zxid.index >= list.stat.pzxid.index)
      assert.deepEqual((await client.list(context.at('b'))).names, [])
    },
  },
  {
    name: 'list pages: after and limit, and more says whether to ask again',
    async check(context) {
      const names = numbered(25)
      const client = await fill(context, names)
      const found: string[] = []
      let page = await client.list(context.base, { limit: 10 })
      for (let pages = 1; ; pages += 1) {
        assert.ok(page.names.length <= 10 && page.names.length > 0)
        found.push(...page.names)
        if (!page.more) break
        assert.ok(pages < 25, 'there is always more')
        page = await client.list(context.base, { limit: 10, after: found.at(-1) ?? '' })
      }
      assert.deepEqual(found, names)
      assert.deepEqual((await client.list(context.base, { limit: 25 })).more, false, 'more although there is none')
      assert.deepEqual((await client.list(context.base, { after: '0023x' })).names, ['0024'], 'after need not be there itself')
      assert.deepEqual((await client.list(context.base, { after: '0024' })).names, [])
    },
  },
  {
    name: 'list gives at most 1000 names unless asked for more',
    async check(context) {
      const names = numbered(1001)
      const client = await fill(context, names)
      const first = await client.list(context.base)
      assert.ok(first.names.length <= 1000 && first.more, `${first.names.length} names`)
      assert.deepEqual(first.names, names.slice(0, first.names.length))
      const all = await client.list(context.base, { limit: 10_000 })
      assert.deepEqual([all.names.length, all.more], [1001, false])
    },
  },
]
