import { describe, expect, it } from 'vitest'
import { createClientService, localClient } from '@synod/client'
import { FakeLog } from './support/fake-replica.ts'
import { VirtualClock, seededRandom } from './support/virtual-clock.ts'
import { bytes, codeOf, text } from './support/world.ts'

describe("a client in the server's process", () => {
  it('works like any other, without sockets', async () => {
    const clock = new VirtualClock()
    const log = new FakeLog(clock)
    const replica = log.add(1)
    const service = createClientService({ replica, watches: replica.state, clock })
    log.appoint(1)
    const client = localClient({ service, clock, random: seededRandom(1), sessionTimeoutMs: 5_000 })
    await clock.until(client.create('/a', bytes('here'), { ephemeral: true }))
    expect(text((await clock.until(client.get('/a'))).data)).toBe('here')
    expect(client.session.timeoutMs).toBe(5_000)
    await clock.until(client.close())
    expect(replica.state.sessionCount).toBe(0)
  })

  it('is refused by a service that has ended', async () => {
    const clock = new VirtualClock()
    const log = new FakeLog(clock)
    const replica = log.add(1)
    const service = createClientService({ replica, watches: replica.state, clock })
    log.appoint(1)
    const client = localClient({ service, clock, random: seededRandom(1), requestTimeoutMs: 500 })
    await clock.until(client.create('/a', bytes('')))
    service.close()
    const codes = Promise.all([codeOf(client.get('/a')), codeOf(client.get('/a', { consistency: 'stale' }))])
    expect(await clock.until(codes)).toEqual(['SYNOD_NO_QUORUM', 'SYNOD_UNREACHABLE'])
  })
})
