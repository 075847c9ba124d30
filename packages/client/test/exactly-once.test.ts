import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { World, bytes, codeOf, text } from './support/world.ts'

describe('a write is executed at most once', () => {
  it('when the connection breaks after the execution and before the answer', async () => {
    const world = new World(3)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const at = world.connected[0] ?? ''
    world.mute.add(at)
    const write = client.create('/a/n-', bytes(''), { sequential: true })
    await world.clock.when(() => world.log.entries.length === 3)
    world.cut(at)
    expect((await world.clock.until(write)).path).toBe('/a/n-0000000000')
    world.mute.clear()
    expect((await world.clock.until(client.list('/a'))).names).toEqual(['n-0000000000'])
    expect(world.messages('write').length).toBe(4)
  })

  it('when servers drop, lose or cannot tell', async () => {
    const world = new World(1)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    world.replica(1).submissions.push('execute', 'drop', 'execute', 'lose', 'execute', 'unknown', 'execute')
    const paths = Array.from({ length: 10 }, () => client.create('/a/n-', bytes(''), { sequential: true }))
    const created = await world.clock.until(Promise.all(paths))
    expect(created.map(({ path }) => Number(path.slice(-10)))).toEqual(Array.from({ length: 10 }, (_, n) => n))
  })

  it('when the server halts: the outcome of the first copy is unknown, the second is refused, another server executes it', async () => {
    const world = new World(2)
    const client = world.client({ servers: ['s1'] })
    await world.clock.until(client.create('/a', bytes('')))
    world.replica(1).submissions.push('unknown', 'halted', 'halted')
    const created = client.create('/a/n-', bytes(''), { sequential: true })
    await world.clock.when(() => world.replica(1).submissions.length === 0)
    world.kill(1)
    world.log.appoint(2)
    expect(await world.clock.until(created)).toMatchObject({ path: '/a/n-0000000000' })
    expect((await world.clock.until(client.list('/a'))).names).toEqual(['n-0000000000'])
  })

  it('whatever breaks when, and in the order of the calls', async () => {
    const fault = fc.record({ after: fc.integer({ min: 0, max: 30 }), kind: fc.constantFrom('cut', 'mute', 'drop', 'leader') })
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 8 }), fc.integer({ min: 1, max: 150 }), async (faults, count) => {
        const world = new World(3)
        const client = world.client()
        await world.clock.until(client.create('/a', bytes('')))
        const writes = Array.from({ length: count }, () => client.create('/a/n-', bytes(''), { sequential: true }))
        for (const { after, kind } of faults) {
          await world.clock.pass(after / 5)
          for (const endpoint of world.connected) {
            if (kind === 'cut') world.cut(endpoint)
            else if (kind === 'mute') world.mute.add(endpoint)
            else if (kind === 'drop') world.replica(Number(endpoint.slice(1))).submissions.push('drop', 'execute', 'drop')
            else world.log.appoint((((world.log.leader ?? 0) + 1) % 3) + 1)
          }
        }
        await world.clock.pass(1)
        world.mute.clear()
        for (const endpoint of world.connected) world.cut(endpoint)
        const created = await world.clock.until(Promise.all(writes))
        expect(created.map(({ path }) => Number(path.slice(-10)))).toEqual(Array.from({ length: count }, (_, n) => n))
      }),
      { numRuns: 60 },
    )
  })

  it('holds back beyond the window of 64 until results are acknowledged', async () => {
    const world = new World(1)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    world.mute.add('s1')
    const writes = Array.from({ length: 100 }, (_, n) => client.set('/a', bytes(String(n))))
    await world.clock.when(() => world.log.entries.length >= 66)
    expect(world.log.entries.length).toBe(2 + 64)
    world.mute.clear()
    world.cut('s1')
    await world.clock.until(Promise.all(writes))
    const { data, stat } = await world.clock.until(client.get('/a'))
    expect([text(data), stat.version]).toEqual(['99', 100])
  })

  it('keeps the sequence whole when a caller has gone', async () => {
    const world = new World(2)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    world.replica(1).submissions.push('drop')
    world.replica(2).submissions.push('drop')
    const controller = new AbortController()
    const gone = codeOf(client.set('/a', bytes('gone'), { signal: controller.signal }))
    const stays = client.set('/a', bytes('stays'))
    await world.clock.when(() => world.replica(1).submissions.length + world.replica(2).submissions.length === 1)
    controller.abort(new Error('enough'))
    await world.clock.until(stays)
    expect(await gone).toBe('Error: enough')
    expect((await world.clock.until(client.get('/a'))).stat.version).toBe(1)
  })
})
