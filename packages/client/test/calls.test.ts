import { describe, expect, it } from 'vitest'
import { World, bytes, codeOf, text } from './support/world.ts'

describe('calls of a client', () => {
  it('create, get, set, exists, list, delete', async () => {
    const world = new World()
    const client = world.client()
    const created = await world.clock.until(client.create('/a', bytes('one')))
    expect(created).toMatchObject({ path: '/a', stat: { version: 0, dataLength: 3, numChildren: 0 } })
    const read = await world.clock.until(client.get('/a'))
    expect([text(read.data), read.stat.version, read.zxid.index]).toEqual(['one', 0, 2])
    expect(await world.clock.until(client.set('/a', bytes('two'), { version: 0 }))).toMatchObject({ version: 1 })
    expect(text((await world.clock.until(client.get('/a', { consistency: 'session' }))).data)).toBe('two')
    expect(text((await world.clock.until(client.get('/a', { consistency: 'stale' }))).data)).toBe('two')
    await world.clock.until(client.create('/a/b', bytes('')))
    await world.clock.until(client.create('/a/c', bytes('')))
    expect(await world.clock.until(client.list('/a', { limit: 1 }))).toMatchObject({ names: ['b'], more: true })
    expect(await world.clock.until(client.list('/a', { after: 'b' }))).toMatchObject({ names: ['c'], more: false })
    expect(await world.clock.until(client.exists('/a/b'))).toMatchObject({ version: 0 })
    await world.clock.until(client.delete('/a/b'))
    expect(await world.clock.until(client.exists('/a/b'))).toBeNull()
  })

  it('creates sequential, ephemeral nodes and missing parents', async () => {
    const world = new World()
    const client = world.client()
    const { path, stat } = await world.clock.until(
      client.create('/q/job-', bytes(''), { parents: true, sequential: true, ephemeral: true }),
    )
    expect([path, stat.ephemeralOwner]).toEqual(['/q/job-0000000000', client.session.id])
  })

  it('runs several operations as one, or none of them', async () => {
    const world = new World()
    const client = world.client()
    const results = await world.clock.until(
      client.multi([
        { op: 'create', path: '/a' },
        { op: 'set', path: '/a', data: bytes('x') },
        { op: 'check', path: '/a', version: 1 },
      ]),
    )
    expect(results.map(({ op }) => op)).toEqual(['create', 'set', 'check'])
    const failing = client.multi([
      { op: 'delete', path: '/a' },
      { op: 'check', path: '/missing' },
    ])
    expect(await world.clock.until(codeOf(failing))).toBe('SYNOD_NO_NODE')
    expect(await world.clock.until(client.exists('/a'))).not.toBeNull()
    expect(await world.clock.until(client.multi([]))).toEqual([])
  })

  it('rejects with the code of the tree', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const codes = await world.clock.until(
      Promise.all([
        codeOf(client.create('/a', bytes(''))),
        codeOf(client.set('/a', bytes(''), { version: 7 })),
        codeOf(client.get('/none')),
        codeOf(client.delete('relative')),
        codeOf(client.get('relative')),
      ]),
    )
    expect(codes).toEqual(['SYNOD_NODE_EXISTS', 'SYNOD_BAD_VERSION', 'SYNOD_NO_NODE', 'SYNOD_INVALID_PATH', 'SYNOD_INVALID_PATH'])
  })

  it('sends everything of one turn in one frame', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const frames = world.sent.length
    await world.clock.until(
      Promise.all([client.set('/a', bytes('1')), client.get('/a'), client.set('/a', bytes('2')), client.exists('/a')]),
    )
    expect(world.sent.slice(frames).map(({ messages }) => messages.map(({ type }) => type))).toEqual([['write', 'write', 'read', 'read']])
  })

  it('numbers writes in order and acknowledges the results it has', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(Promise.all(Array.from({ length: 200 }, (_, n) => client.create(`/n${n}`, bytes(String(n))))))
    const stats = await world.clock.until(Promise.all(Array.from({ length: 200 }, (_, n) => client.exists(`/n${n}`))))
    const order = stats.map((stat) => stat?.czxid.index ?? 0)
    expect(order).toEqual(Array.from({ length: 200 }, (_, n) => n + 2))
  })

  it('refuses wrong arguments and sends nothing', async () => {
    const world = new World()
    const client = world.client()
    await expect(client.get(7 as never)).rejects.toThrow(TypeError)
    await expect(client.set('/a', 'text' as never)).rejects.toThrow(TypeError)
    await expect(client.set('/a', bytes(''), { version: -2 })).rejects.toThrow(/version \(-2\)/)
    await expect(client.list('/', { limit: 0 })).rejects.toThrow(/limit \(0\)/)
    await expect(client.get('/', { consistency: 'fresh' as never })).rejects.toThrow(/consistency/)
    await expect(client.multi('x' as never)).rejects.toThrow(TypeError)
    expect(await codeOf(client.set('/a', new Uint8Array(1024 * 1024 + 1)))).toBe('SYNOD_TOO_LARGE')
    await world.clock.pass(1000)
    expect(world.dials).toEqual([])
  })

  it('names every issue of its options at once', () => {
    const world = new World()
    const make = (): unknown => world.client({ servers: [], sessionTimeoutMs: 5, prefer: 'best' as never, colour: 'red' } as never)
    expect(make).toThrowError(expect.objectContaining({ code: 'SYNOD_INVALID_CONFIG' }))
    expect(make).toThrow(/colour.*servers.*prefer.*sessionTimeoutMs \(5\)/)
  })
})
