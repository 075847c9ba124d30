import assert from 'node:assert/strict'
import type { Clause } from '../runner.ts'
import { bytes, textOf } from './context.ts'
import type { CoordinationContext } from './context.ts'

/** Clauses about the freshness of reads. */
export const readClauses: readonly Clause<CoordinationContext>[] = [
  {
    name: 'a linearizable read, which is the default, sees every write that was acknowledged to anybody before it began',
    async check(context) {
      const [writer, reader] = [await context.start(), await context.client()]
      await writer.create(context.at('a'), bytes('0'))
      for (let i = 1; i <= 25; i += 1) {
        const stat = await writer.set(context.at('a'), bytes(String(i)))
        const read = await reader.get(context.at('a'), i % 2 === 0 ? { consistency: 'linearizable' } : {})
        assert.deepEqual([textOf(read.data), read.stat], [String(i), stat])
        assert.deepEqual(await reader.exists(context.at('a')), stat)
        await writer.create(context.at(`b${i}`), bytes(''))
        assert.equal((await reader.list(context.base)).names.length, i + 1)
      }
    },
  },
  {
    name: 'a session read sees the client’s own writes and never goes back behind anything that the client has seen',
    async check(context) {
      const [client, other] = [await context.start(), await context.client()]
      await client.create(context.at('a'), bytes('0'))
      let seen = 0
      for (let i = 1; i <= 25; i += 1) {
        const { version } = await (i % 2 === 0 ? client : other).set(context.at('a'), bytes(String(i)))
        if (i % 2 === 0) seen = version
        if (i % 5 === 0) seen = (await client.get(context.at('a'))).stat.version
        const read = await client.get(context.at('a'), { consistency: 'session' })
        assert.ok(read.stat.version >= seen, `version ${read.stat.version} after ${seen}`)
        seen = read.stat.version
      }
    },
  },
  {
    name: 'a stale read gives a state that was, and in the end the last one',
    async check(context) {
      const client = await context.start()
      await client.create(context.at('a'), bytes('0'))
      for (let i = 1; i <= 10; i += 1) {
        await client.set(context.at('a'), bytes(String(i)))
        const read = await client.get(context.at('a'), { consistency: 'stale' })
        assert.equal(textOf(read.data), String(read.stat.version))
        assert.ok(read.stat.version <= i && read.stat.mzxid.index <= read.zxid.index)
      }
      await context.ask('a stale read catches up', async () => {
        const { stat } = await client.get(context.at('a'), { consistency: 'stale' })
        return stat.version === 10
      })
    },
  },
  {
    name: 'the zxid of a read is at or behind what it has read',
    async check(context) {
      const client = await context.start()
      const { stat } = await client.create(context.at('a'), bytes('0'))
      const last = await client.set(context.at('a'), bytes('1'))
      assert.ok(last.mzxid.index > stat.czxid.index)
      assert.ok((await client.get(context.at('a'))).zxid.index >= last.mzxid.index)
      assert.ok((await client.list(context.base)).zxid.index >= last.mzxid.index)
    },
  },
]
