import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { bytes } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about sequential names. */
export const sequentialClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'sequential appends ten digits to the path',
    async check(context) {
      const client = await context.start()
      const { path } = await client.create(context.at('job-'), bytes('x'), { sequential: true })
      assert.match(path.slice(context.base.length), /^\/job-\d{10}$/)
      assert.equal((await client.get(path)).data.length, 1)
      const bare = await client.create(`${context.base}/`, bytes(''), { sequential: true })
      assert.match(bare.path.slice(context.base.length), /^\/\d{10}$/)
    },
  },
  {
    name: 'the numbers of a parent grow over all names and clients, and none comes back after its node is gone',
    async check(context) {
      const client = await context.start()
      const other = await context.client()
      const numbers: number[] = []
      for (let i = 0; i < 12; i += 1) {
        const author = i % 2 === 0 ? client : other
        const { path } = await author.create(context.at(i % 3 === 0 ? 'a-' : 'b-'), bytes(''), { sequential: true })
        numbers.push(Number(path.slice(-10)))
        if (i % 4 === 1) await client.delete(path)
      }
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        'a number came back',
      )
      assert.equal(new Set(numbers).size, numbers.length, 'a number was given twice')
    },
  },
  {
    name: 'sequential creates at the same time get different numbers',
    async check(context) {
      const clients = [await context.start(), await context.client(), await context.client()]
      const created = await Promise.all(
        clients.flatMap((client) => Array.from({ length: 20 }, () => client.create(context.at('n-'), bytes(''), { sequential: true }))),
      )
      assert.equal(new Set(created.map(({ path }) => path)).size, 60)
      const byPosition = created.toSorted((a, b) => a.stat.czxid.index - b.stat.czxid.index).map(({ path }) => path)
      assert.deepEqual(byPosition, byPosition.toSorted(), 'the numbers are not in the order of the commits')
    },
  },
]
