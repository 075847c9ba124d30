import { describe, expect, it } from 'vitest'
import { World, bytes, text } from './support/world.ts'

describe('the server a client talks to', () => {
  it('is the leader, when it is known', async () => {
    const world = new World(3)
    world.log.appoint(3)
    const client = world.client({ servers: ['s1'] })
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's3')
    world.log.appoint(2)
    await world.clock.when(() => world.connected.join() === 's2')
    await world.clock.until(client.set('/a', bytes('x')))
    expect(world.sent.at(-1)?.endpoint).toBe('s2')
  })

  it('is the nearest one and stays it, when that is preferred', async () => {
    const world = new World(3)
    const client = world.client({ prefer: 'nearest' })
    await world.clock.until(client.create('/a', bytes('')))
    const [at] = world.connected
    world.log.appoint(3)
    world.log.appoint(2)
    await world.clock.pass(5_000)
    expect(world.connected).toEqual([at])
  })

  it('is another one at once when the connection closes', async () => {
    const world = new World(3)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's1')
    const before = world.clock.nowMs
    world.kill(1)
    world.log.appoint(2)
    await world.clock.until(client.set('/a', bytes('x')))
    expect(world.clock.nowMs - before).toBeLessThan(5)
  })

  it('is another one within 400 ms when its process stands still', async () => {
    const world = new World(3)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's1')
    world.freeze(1)
    const before = world.clock.nowMs
    const write = client.set('/a', bytes('x'))
    await world.clock.pass(150)
    world.log.appoint(2)
    expect(await world.clock.until(write)).toMatchObject({ version: 1 })
    expect(world.clock.nowMs - before).toBeLessThanOrEqual(400)
    const read = await world.clock.until(client.get('/a'))
    expect([text(read.data), read.stat.version]).toEqual(['x', 1])
    world.thaw(1)
    await world.clock.pass(10)
    expect((await world.clock.until(client.get('/a'))).stat.version).toBe(1)
  })

  it('is left in rounds with pauses between them when it is silent and all others refuse', async () => {
    const world = new World(3)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's1')
    world.kill(2)
    world.kill(3)
    world.freeze(1)
    const dialled = world.dials.length
    client.set('/a', bytes('x')).catch(() => undefined)
    await world.clock.pass(290)
    expect(world.connected).toEqual(['s1'])
    expect(world.dials.length - dialled).toBeGreaterThan(2)
    expect(world.dials.length - dialled).toBeLessThan(40)
  })

  it('is avoided for a while after it was silent', async () => {
    const world = new World(2)
    const client = world.client({ avoidMs: 5_000 })
    await world.clock.until(client.create('/a', bytes('')))
    world.freeze(1)
    await world.clock.until(client.set('/a', bytes('x')).catch(() => null))
    world.thaw(1)
    expect(world.connected).toEqual(['s2'])
    await world.clock.pass(3_000)
    expect(world.connected).toEqual(['s2'])
  })

  it('is kept while there is no leader: it answers, so there is no reason to hop', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's1')
    world.log.appoint(null)
    const write = client.set('/a', bytes('x'))
    const lost = world.messages('attach').length
    await world.clock.pass(8_000)
    expect(world.connected).toContain('s1')
    expect(world.messages('attach').length).toBe(lost)
    expect(world.dials.length).toBeLessThan(30)
    world.log.appoint(1)
    expect(await world.clock.until(write)).toMatchObject({ version: 1 })
  })

  it('is left for one that hears a leader when it is cut off itself', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client({ prefer: 'nearest', servers: ['s2'] })
    await world.clock.until(client.create('/a', bytes('')))
    world.replica(2).setIsolated(true)
    expect(await world.clock.until(client.set('/a', bytes('x')))).toMatchObject({ version: 1 })
    expect(world.connected).not.toContain('s2')
  })

  it('is left for one that hears the leader when it only knows of it from others (S66)', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client({ prefer: 'nearest', servers: ['s2'] })
    await world.clock.until(client.create('/a', bytes('')))
    world.replica(2).setRelayed(true)
    expect(world.replica(2).status()).toMatchObject({ role: 'relayed', leader: 1 })
    expect(await world.clock.until(client.set('/a', bytes('x')))).toMatchObject({ version: 1 })
    expect(world.connected).not.toContain('s2')
  })

  it('is tried again and again, with pauses, while none can be reached', async () => {
    const world = new World(2)
    const client = world.client({ requestTimeoutMs: 60_000 })
    const { services } = world
    const kept = new Map(services)
    services.clear()
    const write = client.create('/a', bytes(''))
    await world.clock.pass(5_000)
    const dials = world.dials.length
    expect(dials).toBeGreaterThan(20)
    expect(dials).toBeLessThan(80)
    for (const [endpoint, service] of kept) services.set(endpoint, service)
    await world.clock.until(write)
  })

  it('is not held to be silent because this process stood still itself', async () => {
    const world = new World(2)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.when(() => world.connected.join() === 's1')
    const dials = world.dials.length
    world.freeze(1)
    const write = client.set('/a', bytes('x'))
    await world.clock.when(() => world.messages('ping').some(({ sessionId }) => sessionId === 0))
    world.clock.stall(1_000)
    await world.clock.pass(1)
    world.thaw(1)
    await world.clock.until(write)
    await world.clock.pass(500)
    expect(world.dials.length).toBe(dials)
  })

  it('a client that moves takes everything under way with it', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('0')))
    await world.clock.when(() => world.connected.join() === 's1')
    world.log.appoint(null)
    const work = [client.set('/a', bytes('1')), client.get('/a'), client.set('/a', bytes('2')), client.exists('/a')]
    await world.clock.pass(20)
    world.log.appoint(2)
    await world.clock.until(Promise.all(work))
    await world.clock.when(() => world.connected.join() === 's2')
    expect((await world.clock.until(client.get('/a'))).stat.version).toBe(2)
  })
})
