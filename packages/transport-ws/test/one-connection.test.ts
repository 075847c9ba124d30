import { describe, expect, it } from 'vitest'
import { Server, connected, freePort, introduce, nobody, optionsOf, startServer } from './servers.ts'
import { Relay } from './relay.ts'

/** Introduces two servers through a relay in front of each, which sees every connection between them. */
async function relayed(a: Server, b: Server, prepare: (relays: Relay[]) => void = () => {}): Promise<Relay[]> {
  const servers = [a, b]
  const relays = await Promise.all(servers.map((server) => Relay.before(server.transport.address())))
  prepare(relays)
  const peers = Object.fromEntries(servers.map((server, i) => [server.id, relays[i]?.url ?? '']))
  for (const server of servers) server.transport.setPeers(peers)
  return relays
}

describe('one connection per pair', () => {
  it('carries frames both ways', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    a.transport.send(2, Uint8Array.of(1, 2), 'control')
    b.transport.send(1, Uint8Array.of(3), 'bulk')
    await Promise.all([a.until(() => a.frames(2).length === 1), b.until(() => b.frames(1).length === 1)])
    expect([[...(a.frames(2)[0] ?? [])], [...(b.frames(1)[0] ?? [])]]).toEqual([[3], [1, 2]])
    expect(a.transport.roundTripMicros(2) + b.transport.roundTripMicros(1)).toBeGreaterThanOrEqual(0)
  })

  it.each([
    [1, 2],
    [2, 1],
  ])('opens once when %i is there first and %i comes later', async (first, second) => {
    const ports = { [first]: await freePort(), [second]: await freePort() }
    const peers = Object.fromEntries(Object.entries(ports).map(([id, port]) => [id, `ws://127.0.0.1:${port}`]))
    const listen = (id: number): { host: string; port: number } => ({ host: '127.0.0.1', port: ports[id] ?? 0 })
    const a = await new Server(optionsOf(first, { listen: listen(first), peers })).start()
    await a.until(() => a.story(second).includes('refused'))
    const b = await new Server(optionsOf(second, { listen: listen(second), peers })).start()
    await Promise.all([a.untilOpen(second), b.untilOpen(first)])
    expect(a.connections(second)).toEqual(['opened 1'])
    expect(b.story(first)).toEqual(['opened 1'])
  })

  it('opens once when both dial in the same turn, loses no frame and ends with one', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = [await startServer(1), await startServer(2)]
      introduce(a, b)
      const sent = { a: 0, b: 0 }
      a.onOpened = function (peer, incarnation) {
        Server.prototype.onOpened.call(this, peer, incarnation)
        for (sent.a = 0; sent.a < 10; sent.a += 1) a.transport.send(2, Uint8Array.of(sent.a), 'control')
      }
      b.onOpened = function (peer, incarnation) {
        Server.prototype.onOpened.call(this, peer, incarnation)
        for (sent.b = 0; sent.b < 10; sent.b += 1) b.transport.send(1, Uint8Array.of(sent.b), 'control')
      }
      await Promise.all([a.until(() => a.frames(2).length === 10), b.until(() => b.frames(1).length === 10)])
      expect([a.story(2), b.story(1)]).toEqual([['opened 1'], ['opened 1']])
      await Promise.all([a.transport.stop(), b.transport.stop()])
    }
  })

  it('changes over without a word although the other end learns of it late', async () => {
    const [a, b] = [await startServer(1), await startServer(2)]
    const [toA, toB] = (await relayed(a, b, (relays) => {
      const late = relays[1]
      if (late !== undefined) late.hold.back = true
    })) as [Relay, Relay]
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    toB.hold.forth = true
    toB.release('back')
    await Relay.until(toB, () => toB.held('forth') > 0)
    for (let i = 1; i <= 3; i += 1) {
      b.transport.send(1, Uint8Array.of(i), 'control')
      await a.until(() => a.frames(2).length === i)
    }
    toB.release('forth')
    await Relay.untilOne([toA, toB])
    expect([toA.links, toB.links]).toEqual([0, 1])
    a.transport.send(2, Uint8Array.of(9), 'control')
    await b.until(() => b.frames(1).length === 1)
    expect([a.story(2), b.story(1)]).toEqual([['opened 1'], ['opened 1']])
  })

  it('keeps one socket between two servers', async () => {
    const [a, b] = [await startServer(1), await startServer(2)]
    const relays = await relayed(a, b)
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    await Relay.untilOne(relays)
    expect([a.story(2), b.story(1)]).toEqual([['opened 1'], ['opened 1']])
  })

  it.each([1, 2, 3])('server %i restarts and is connected to everybody again, once', async (restarted) => {
    const servers = await connected([1, 2, 3])
    const old = servers.find((server) => server.id === restarted) as Server
    const others = servers.filter((server) => server !== old)
    const listen = old.transport.address()
    const peers = Object.fromEntries(servers.map((server) => [server.id, server.url]))
    await old.transport.stop()
    await Promise.all(others.map((server) => server.until(() => server.story(restarted).includes('refused'))))
    const again = await new Server(optionsOf(restarted, { listen, peers }), { incarnation: 2 }).start()
    await Promise.all([again.untilOpen(...others.map(({ id }) => id)), ...others.map((server) => server.untilOpen(restarted))])
    for (const other of others) {
      expect(other.connections(restarted)).toEqual(['opened 1', 'closed 1', 'opened 2'])
      expect(again.story(other.id)).toEqual(['opened 1'])
    }
  })

  it('a newer process replaces what its dead predecessor left behind, and the owner hears it', async () => {
    const [a, b] = [await startServer(1, { suspicionTimeoutMs: 3_600_000 }), await startServer(2)]
    const relay = await Relay.before(b.transport.address())
    const front = await Relay.before(a.transport.address())
    a.transport.setPeers({ 1: a.url, 2: relay.url })
    b.transport.setPeers({ 1: front.url, 2: b.url })
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    for (const link of [relay, front]) Object.assign(link.swallow, { forth: true, back: true })
    await b.transport.stop()
    for (const link of [relay, front]) link.heal()
    const again = await startServer(2, {}, { incarnation: 2 })
    again.transport.setPeers({ 1: a.url, 2: again.url })
    await a.until(() => a.open.get(2) === 2)
    expect(a.story(2)).toEqual(['opened 1', 'closed 1', 'opened 2'])
  })

  it('turns away an older process with the same id while the newer is connected', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    const old = await startServer(2, {}, { incarnation: 0 })
    old.transport.setPeers({ 1: a.url, 2: old.url })
    await old.until(() => old.rejections().length > 0)
    expect(old.rejections()[0]).toMatchObject({ peer: 1, code: 'SYNOD_INVALID_CONFIG' })
    expect(old.rejections()[0]?.message).toMatch(/incarnation 1.*two processes/)
    expect([a.story(2), b.story(1)]).toEqual([['opened 1', 'rejected SYNOD_INVALID_CONFIG'], ['opened 1']])
  })

  it('whatever is disconnected, cut or dialed at whatever moment, each pair ends with one connection that works', async () => {
    const hasty = { reconnect: { minMs: 1, maxMs: 10 }, connectTimeoutMs: 250, pingIntervalMs: 50, suspicionTimeoutMs: 500 }
    const [a, b] = [await startServer(1, hasty), await startServer(2, hasty)]
    const relays = await relayed(a, b)
    for (let round = 0; round < 60; round += 1) {
      const [server, other] = round % 2 === 0 ? [a, b] : [b, a]
      if (round % 3 !== 2) await server.untilOpen(other.id)
      if (round % 3 === 0) server.transport.disconnect(other.id, 'by the test')
      else relays[round % 2]?.cut()
      if (round % 5 === 0) other.transport.disconnect(server.id, 'by the test')
      for (let turn = 0; turn < round % 7; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    await Relay.untilOne(relays)
    await Promise.all([a.untilOpen(2), b.untilOpen(1)])
    const again = setInterval(() => {
      a.transport.send(2, Uint8Array.of(1), 'control')
      b.transport.send(1, Uint8Array.of(2), 'control')
    }, 5)
    await Promise.all([a.until(() => a.frames(2).length > 0), b.until(() => b.frames(1).length > 0)])
    clearInterval(again)
    for (const [server, peer] of [
      [a, 2],
      [b, 1],
    ] as const) {
      expect(server.connections(peer).every((line, i) => line === (i % 2 === 0 ? 'opened 1' : 'closed 1'))).toBe(true)
    }
  }, 20_000)

  it('moves to the new address of a peer', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    await b.transport.stop()
    const moved = await startServer(2, {}, { incarnation: 2 })
    moved.transport.setPeers({ 1: nobody, 2: moved.url })
    a.transport.setPeers({ 1: a.url, 2: moved.url })
    await a.until(() => a.open.get(2) === 2)
  })

  it('lets a peer go that is no longer among the peers', async () => {
    const [a, b] = (await connected([1, 2])) as [Server, Server]
    a.transport.setPeers({ 1: a.url })
    await Promise.all([a.until(() => !a.open.has(2)), b.until(() => b.rejections().length > 0)])
    expect(b.rejections()[0]).toMatchObject({ peer: 1, code: 'SYNOD_INVALID_CONFIG' })
  })
})
