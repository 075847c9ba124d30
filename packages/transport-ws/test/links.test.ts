import { describe, expect, it } from 'vitest'
import { Server, clock, connected, dialedByOne, nobody, optionsOf, startServer } from './servers.ts'
import { Relay } from './relay.ts'

const quick = { pingIntervalMs: 20, suspicionTimeoutMs: 100, connectTimeoutMs: 100, reconnect: { minMs: 5, maxMs: 20 } }

/** 1 dials 2 through a relay; 2 knows no way to 1. */
async function throughRelay(more: Parameters<typeof optionsOf>[1] = quick): Promise<{ a: Server; b: Server; relay: Relay }> {
  const [a, b] = [await startServer(1, more), await startServer(2, more)]
  const relay = await Relay.before(b.transport.address())
  b.transport.setPeers({ 1: nobody, 2: b.url })
  a.transport.setPeers({ 1: a.url, 2: relay.url })
  await Promise.all([a.untilOpen(2), b.untilOpen(1)])
  return { a, b, relay }
}

describe('links', () => {
  it('says refused at every try while nobody listens, for each peer by itself', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    a.transport.setPeers({ 1: a.url, 2: b.url, 3: nobody })
    await a.until(() => a.story(3).length >= 3)
    expect(a.story(3).slice(0, 3)).toEqual(['refused', 'refused', 'refused'])
    expect(a.story(2)).toEqual(['opened 1'])
  })

  it('says closed, then refused, when the peer stops', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    await b.transport.stop()
    await a.until(() => a.story(2).includes('refused'))
    expect(a.story(2).slice(0, 3)).toEqual(['opened 1', 'closed 1', 'refused'])
  })

  it.each([
    ['both directions', { forth: true, back: true }],
    ['the way there', { forth: true, back: false }],
    ['the way back', { forth: false, back: true }],
  ])('a link that swallows %s without closing is destroyed by its pings, and made anew when it heals', async (_name, swallow) => {
    const { a, b, relay } = await throughRelay()
    Object.assign(relay.swallow, swallow)
    await Promise.all([a.until(() => !a.open.has(2)), b.until(() => !b.open.has(1))])
    relay.heal()
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    a.transport.send(2, Uint8Array.of(1), 'control')
    await b.until(() => b.frames(1).length > 0)
  })

  it('a peer whose name leads nowhere is tried without a word, and healthy ones are not delayed', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    a.transport.setPeers({ 1: a.url, 2: b.url, 3: 'ws://does-not-exist.invalid:7400' })
    b.transport.send(1, Uint8Array.of(1), 'control')
    await a.until(() => a.frames(2).length === 1)
    expect([a.story(3), a.story(2)]).toEqual([[], ['opened 1']])
  })

  it('gives up a handshake that is not answered', async () => {
    const { a, relay } = await throughRelay()
    Object.assign(relay.swallow, { forth: true, back: true })
    await a.until(() => !a.open.has(2))
    await Relay.until(relay, () => relay.links >= 3)
    relay.heal()
    await a.untilOpen(2)
  })

  it('disconnect closes at both ends, delivers nothing more, and opens another', async () => {
    const [a, b] = await dialedByOne({ reconnect: { minMs: 1, maxMs: 5 } })
    b.transport.send(1, Uint8Array.of(1), 'control')
    a.transport.disconnect(2, 'a frame did not decode')
    expect(a.story(2)).toEqual(['opened 1'])
    expect(a.transport.stats().rejected).toEqual({ SYNOD_BAD_FRAME: 1 })
    await Promise.all([a, b].map((server) => server.until(() => server.told.filter(({ kind }) => kind === 'opened').length === 2)))
    expect([a.frames(2), a.connections(2), b.connections(1)]).toEqual([
      [],
      ['opened 1', 'closed 1', 'opened 1'],
      ['opened 1', 'closed 1', 'opened 1'],
    ])
  })

  it('measures the round trip right after opening', async () => {
    const [a] = (await connected([1, 2], { pingIntervalMs: 3_600_000 })) as [Server, Server]
    await new Promise<void>((resolve) => {
      const look = (): void => void (a.transport.roundTripMicros(2) > 0 ? resolve() : setImmediate(look))
      look()
    })
    expect(Number.isSafeInteger(a.transport.roundTripMicros(2))).toBe(true)
  })
})

describe('stop', () => {
  it('is bounded in time although the peer answers nothing, may be called again, and says nothing', async () => {
    const slow = { pingIntervalMs: 3_600_000, suspicionTimeoutMs: 3_600_000, closeTimeoutMs: 50 }
    const { a, relay } = await throughRelay(slow)
    Object.assign(relay.swallow, { forth: true, back: true })
    const told = a.told.length
    await Promise.all([a.transport.stop(), a.transport.stop()])
    a.transport.send(2, Uint8Array.of(1), 'control')
    a.transport.disconnect(2, 'nobody is there')
    expect([a.told.length, a.transport.stats().framesDropped]).toEqual([told, 1])
    expect(() => a.transport.address()).toThrow(/does not listen/)
  })

  it('leaves no handle and no timer', async () => {
    const timers = new Set<object>()
    const counting = {
      ...clock,
      setTimer(at: number, run: () => void): () => void {
        const token = {}
        timers.add(token)
        const cancel = clock.setTimer(at, () => {
          timers.delete(token)
          run()
        })
        return () => {
          timers.delete(token)
          cancel()
        }
      },
    }
    const servers = await connected([1, 2, 3], { clock: counting })
    await Promise.all(servers.map((server) => server.transport.stop()))
    expect(timers.size).toBe(0)
    const handles = process.getActiveResourcesInfo().filter((name) => /^TCP(Server|Socket)Wrap$/.test(name))
    expect(handles).toEqual([])
  })

  it('can be stopped before and while it starts', async () => {
    const never = new Server(optionsOf(1))
    await never.transport.stop()
    await expect(never.start()).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
    const starting = new Server(optionsOf(1))
    const started = starting.start()
    await starting.transport.stop()
    await expect(started).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
  })

  it('is not started twice', async () => {
    const a = await startServer(1)
    await expect(a.start()).rejects.toMatchObject({ code: 'SYNOD_STOPPED' })
  })

  it('says which port is in use and what to do', async () => {
    const a = await startServer(1)
    const { host, port } = a.transport.address()
    await expect(startServer(1, { listen: { host, port } })).rejects.toMatchObject({
      code: 'SYNOD_PORT_IN_USE',
      message: expect.stringMatching(new RegExp(`${host}:${port}.*change listen.port`)),
    })
  })

  it('says that an address is not of this machine', async () => {
    await expect(startServer(1, { listen: { host: '192.0.2.1', port: 0 } })).rejects.toMatchObject({
      code: 'SYNOD_INVALID_CONFIG',
      issues: [{ path: 'listen' }],
    })
  })
})
