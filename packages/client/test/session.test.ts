import { describe, expect, it } from 'vitest'
import { World, bytes, codeOf } from './support/world.ts'

const sessionTimeoutMs = 10_000
const lifetimeMs = 9_000

describe('the session', () => {
  it('is opened by the first write, and only then', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(client.exists('/'))
    expect([client.session.id, client.session.held, world.log.entries.length]).toEqual([0, false, 0])
    await world.clock.until(client.create('/a', bytes('')))
    expect([client.session.id, client.session.held, client.session.timeoutMs]).toEqual([1, true, sessionTimeoutMs])
  })

  it('lives until the last answered ping was sent, plus timeout, less the margin', async () => {
    const world = new World()
    const client = world.client({ sessionTimeoutMs })
    await world.clock.until(client.create('/a', bytes('')))
    await world.clock.pass(25_000)
    const sentBefore = world.messages('ping').filter(({ sessionId }) => sessionId !== 0).length
    expect(sentBefore).toBeGreaterThanOrEqual(9)
    world.replica(1).touchOutcome = 'unavailable'
    const { deadline } = client.session
    expect(deadline / 1000 - world.clock.nowMs).toBeGreaterThan(lifetimeMs - 2_600)
    expect(deadline / 1000 - world.clock.nowMs).toBeLessThanOrEqual(lifetimeMs)
    await world.clock.pass(deadline / 1000 - world.clock.nowMs - 1)
    expect([client.session.held, client.session.signal.aborted, client.session.deadline]).toEqual([true, false, deadline])
    await world.clock.pass(2)
    expect([client.session.held, client.session.signal.aborted]).toEqual([false, true])
    expect(client.session.signal.reason).toMatchObject({ code: 'SYNOD_SESSION_EXPIRED' })
  })

  it('is not held after a stall of this process, before any timer has run', async () => {
    const world = new World()
    const client = world.client({ sessionTimeoutMs })
    await world.clock.until(client.create('/a', bytes('')))
    world.clock.stall(lifetimeMs + 1)
    expect([client.session.held, client.session.signal.aborted]).toEqual([false, false])
    expect(await world.clock.until(codeOf(client.set('/a', bytes(''))))).toBe('SYNOD_SESSION_EXPIRED')
    expect(client.session.signal.aborted).toBe(true)
  })

  it('does not come back when an answer arrives after its deadline', async () => {
    const world = new World()
    const client = world.client({ sessionTimeoutMs, stallProbeMs: 60_000 })
    await world.clock.until(client.create('/a', bytes('')))
    world.freeze(1)
    await world.clock.pass(2_600)
    world.clock.stall(lifetimeMs)
    world.thaw(1)
    await world.clock.pass(1)
    expect([client.session.held, client.session.signal.aborted]).toEqual([false, true])
  })

  it('ends for good when the servers have expired it', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(client.create('/a', bytes(''), { ephemeral: true }))
    const [{ id, touchCount } = { id: 0, touchCount: 0 }] = [...world.replica(1).state.sessions()]
    world.log.append(world.replica(1).state.expireSession(id, touchCount))
    expect(await world.clock.until(codeOf(client.set('/a', bytes(''))))).toBe('SYNOD_SESSION_EXPIRED')
    expect(client.session.signal.reason).toMatchObject({ code: 'SYNOD_SESSION_EXPIRED' })
    expect(await world.clock.until(codeOf(client.create('/b', bytes(''))))).toBe('SYNOD_SESSION_EXPIRED')
    expect(await world.clock.until(client.exists('/a'))).toBeNull()
    expect(world.replica(1).state.sessionCount).toBe(0)
  })

  it('is told by the next ping that it was expired', async () => {
    const world = new World()
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const [{ id, touchCount } = { id: 0, touchCount: 0 }] = [...world.replica(1).state.sessions()]
    world.log.append(world.replica(1).state.expireSession(id, touchCount))
    await world.clock.when(() => client.session.signal.aborted, 3_000)
  })

  it('goes along to another server', async () => {
    const world = new World(2)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes(''), { ephemeral: true }))
    const { id } = client.session
    world.kill(1)
    world.log.appoint(2)
    await world.clock.until(client.set('/a', bytes('x')))
    expect([client.session.id, client.session.held, world.replica(2).state.sessionCount]).toEqual([id, true, 1])
  })

  it('is opened once although the answer to its opening was lost', async () => {
    const world = new World(2)
    world.mute.add('s1').add('s2')
    const client = world.client({ requestTimeoutMs: 60_000 })
    const write = client.create('/a', bytes(''))
    world.mute.clear()
    await world.clock.when(() => world.connected.length > 0)
    const [at = ''] = world.connected
    world.mute.add(at)
    await world.clock.when(() => world.log.entries.length > 0)
    world.cut(at)
    world.mute.clear()
    await world.clock.until(write)
    expect(world.replica(1).state.sessionCount).toBe(1)
  })

  it('ends with the client: first its holders know, then its ephemeral nodes are gone', async () => {
    const world = new World()
    const client = world.client()
    const other = world.client()
    await world.clock.until(client.create('/a', bytes(''), { ephemeral: true }))
    let held: boolean | null = null
    client.session.signal.addEventListener('abort', () => {
      held = world.replica(1).state.sessionCount === 1
    })
    await world.clock.until(client.close())
    expect(held).toBe(true)
    expect(await world.clock.until(other.exists('/a'))).toBeNull()
    expect([client.session.held, client.session.signal.aborted, world.replica(1).state.sessionCount]).toEqual([false, true, 0])
    await world.clock.until(client.close())
    expect(world.connected.length).toBe(1)
  })

  it('ends at the servers, too, when a holder closes the client on hearing of the end', async () => {
    const world = new World()
    const client = world.client()
    const other = world.client()
    await world.clock.until(client.create('/a', bytes(''), { ephemeral: true }))
    const again: Promise<void>[] = []
    client.session.signal.addEventListener('abort', () => again.push(client.close()))
    await world.clock.until(client.close())
    await world.clock.until(Promise.all(again))
    expect(again.length).toBe(1)
    expect(await world.clock.until(other.exists('/a'))).toBeNull()
    expect(world.replica(1).state.sessionCount).toBe(0)
  })
})
