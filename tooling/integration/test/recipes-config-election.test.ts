import { afterEach, describe, expect, it } from 'vitest'
import { ConfigService } from '@synod/recipes/config'
import type { InvalidConfig, StandardSchema } from '@synod/recipes/config'
import { LeaderElection } from '@synod/recipes/leader-election'
import { ManualClock, turns, until } from '../src/manual-clock.ts'
import { singleServer } from '../src/single-server.ts'
import type { SingleServer } from '../src/single-server.ts'

interface Limits {
  readonly max: number
}

const schema: StandardSchema<Limits> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { max } = (value ?? {}) as { readonly max?: unknown }
      return typeof max === 'number' ? { value: { max } } : { issues: [{ message: 'must be a number', path: ['max'] }] }
    },
  },
}

const path = '/config/limits'
const servers: SingleServer[] = []

function setUp(): { readonly clock: ManualClock; readonly server: SingleServer } {
  const clock = new ManualClock()
  const server = singleServer(clock)
  servers.push(server)
  return { clock, server }
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

describe('a configuration over real clients', () => {
  it('reaches every reader after each change; a bad value of somebody else reaches none', async () => {
    const { server } = setUp()
    const invalid: InvalidConfig[] = []
    const readers = Array.from(
      { length: 5 },
      () => new ConfigService(server.connect(), path, { schema, onInvalid: (one) => invalid.push(one) }),
    )
    const seen: number[][] = readers.map(() => [])
    const loops = readers.map(async (reader, index) => {
      for await (const { max } of reader.values()) seen[index]?.push(max)
    })
    const writer = new ConfigService(server.connect(), path, { schema })
    for (const max of [1, 2, 3]) {
      await writer.set({ max })
      await until(() => seen.every((values) => values.at(-1) === max))
    }
    await server.connect().set(path, new TextEncoder().encode('{"max":"many"}'))
    await until(() => invalid.length === 5)
    expect(invalid[0]).toMatchObject({ path, version: 3, error: { code: 'SYNOD_INVALID_CONFIG', issues: [{ path: 'max' }] } })
    expect((await readers[0]?.get())?.value).toEqual({ max: 3 })
    await writer.set({ max: 4 })
    await until(() => seen.every((values) => values.at(-1) === 4))
    expect(seen).toEqual(readers.map(() => [1, 2, 3, 4]))
    for (const reader of readers) await reader.close()
    await Promise.all(loops)
  })

  it('loses no increment of 20 writers', async () => {
    const { server } = setUp()
    const writers = Array.from({ length: 20 }, () => new ConfigService(server.connect(), path, { schema, initial: { max: 0 } }))
    await Promise.all(writers.map((writer) => writer.update(({ max }) => ({ max: max + 1 }))))
    expect((await writers[0]?.get())?.value).toEqual({ max: 20 })
  })

  it('survives an outage that is longer than a request may take', async () => {
    const { clock, server } = setUp()
    const client = server.connect({ requestTimeoutMs: 1_000, sessionTimeoutMs: 60_000 })
    const seen: number[] = []
    const reader = new ConfigService(client, path, { schema })
    const writer = new ConfigService(server.connect(), path, { schema })
    await writer.set({ max: 1 })
    const loop = (async () => {
      for await (const { max } of reader.values()) seen.push(max)
    })()
    await until(() => seen.length === 1)
    server.cutOff(client)
    await writer.set({ max: 2 })
    await clock.advance(3_000)
    expect(seen).toEqual([1])
    server.restore(client)
    await clock.advance(6_000)
    await until(() => seen.length === 2)
    expect(seen).toEqual([1, 2])
    await reader.close()
    await loop
  })
})

describe('an election over real clients', () => {
  it('hands each term to one candidate, and observers see who', async () => {
    const { server } = setUp()
    const observed: (string | null)[] = []
    const abort = new AbortController()
    const observing = (async () => {
      for await (const leader of new LeaderElection(server.connect(), '/election').observe({ signal: abort.signal }))
        observed.push(leader?.id ?? null)
    })()
    await until(() => observed.length === 1)
    const order: string[] = []
    let leaders = 0
    const run = async (id: string): Promise<void> => {
      for await (const leadership of new LeaderElection(server.connect(), '/election', { id }).terms()) {
        leaders += 1
        expect(leaders).toBe(1)
        expect(leadership.held).toBe(true)
        order.push(id)
        await until(() => observed.at(-1) === id)
        leaders -= 1
        if (order.filter((other) => other === id).length === 2) return
      }
    }
    await Promise.all([run('a'), run('b'), run('c')])
    expect(order).toHaveLength(6)
    await until(() => observed.at(-1) === null)
    expect(observed.filter((id) => id !== null)).toEqual(order)
    abort.abort('seen')
    await expect(observing).rejects.toBe('seen')
  })

  it('passes on when the leader is cut off, not before it knows', async () => {
    const { clock, server } = setUp()
    const client = server.connect()
    const first = await new LeaderElection(client, '/election', { id: 'a' }).campaign()
    const second = new LeaderElection(server.connect(), '/election', { id: 'b' }).campaign()
    await turns()
    server.cutOff(client)
    await clock.advance(9_500)
    expect(first.held).toBe(false)
    server.replica.expire(client.session.id)
    expect((await second).fencingToken).toBeGreaterThan(first.fencingToken)
  })
})
