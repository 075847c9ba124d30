import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { World, bytes, codeOf, text } from './support/world.ts'

describe('a call that cannot be answered', () => {
  it('waits for a leader, and says after its time what is certain', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client({ requestTimeoutMs: 3_000 })
    await world.clock.until(client.create('/a', bytes('old')))
    world.log.appoint(null)
    const before = world.clock.nowMs
    const calls = Promise.all([
      codeOf(client.get('/a')),
      codeOf(client.set('/a', bytes('x'))),
      codeOf(client.get('/a', { consistency: 'stale' })),
      codeOf(client.get('/a', { consistency: 'session' })),
    ])
    expect(await world.clock.until(calls)).toEqual(['SYNOD_NO_QUORUM', 'SYNOD_OUTCOME_UNKNOWN', 'resolved', 'resolved'])
    expect(world.clock.nowMs - before).toBeCloseTo(3_000, -1)
  })

  it('is refused surely when it was refused everywhere', async () => {
    const world = new World(1)
    const client = world.client({ requestTimeoutMs: 1_000 })
    await world.clock.until(client.create('/a', bytes('')))
    world.log.appoint(null)
    expect(await world.clock.until(codeOf(client.set('/a', bytes('x'))))).toBe('SYNOD_NO_QUORUM')
    world.log.appoint(1)
    await world.clock.pass(1_000)
    expect((await world.clock.until(client.get('/a'))).stat.version).toBe(0)
    expect(await world.clock.until(client.set('/a', bytes('y')))).toMatchObject({ version: 1 })
  })

  it('was never sent when no server could be reached', async () => {
    const world = new World(1)
    world.services.clear()
    const client = world.client({ servers: ['nowhere', 'elsewhere'], requestTimeoutMs: 2_000 })
    const write = client.create('/a', bytes(''))
    const codes = Promise.all([codeOf(write), codeOf(client.get('/a')), codeOf(client.get('/a', { consistency: 'stale' }))])
    expect(await world.clock.until(codes)).toEqual(['SYNOD_NO_QUORUM', 'SYNOD_NO_QUORUM', 'SYNOD_UNREACHABLE'])
    await expect(write).rejects.toMatchObject({ retryable: true, cause: { message: expect.stringMatching(/nowhere.*elsewhere/) } })
  })

  it('is told at once why, when every server turns this client away for good', async () => {
    const world = new World(2)
    for (const endpoint of world.services.keys()) world.refusing.set(endpoint, new SynodError('SYNOD_UNAUTHORIZED', 'another secret'))
    const client = world.client()
    const before = world.clock.nowMs
    const read = client.get('/a')
    const codes = Promise.all([codeOf(client.create('/a', bytes(''))), codeOf(read), codeOf(client.get('/a', { consistency: 'stale' }))])
    expect(await world.clock.until(codes)).toEqual(['SYNOD_UNAUTHORIZED', 'SYNOD_UNAUTHORIZED', 'SYNOD_UNAUTHORIZED'])
    await expect(read).rejects.toThrow(/No server takes this client \(s\d: SYNOD_UNAUTHORIZED another secret; s\d: /)
    expect(world.clock.nowMs - before).toBeLessThan(1_000)
    expect(await world.clock.until(codeOf(client.get('/a')))).toBe('SYNOD_UNAUTHORIZED')

    world.refusing.clear()
    expect(await world.clock.until(client.create('/a', bytes('')))).toMatchObject({ path: '/a' })
  })

  it('waits while one server may still take this client', async () => {
    const world = new World(2)
    world.refusing.set('s1', new SynodError('SYNOD_CLUSTER_MISMATCH', 'another cluster'))
    world.freeze(2)
    const client = world.client({ requestTimeoutMs: 2_000 })
    const before = world.clock.nowMs
    expect(await world.clock.until(codeOf(client.get('/a')))).toBe('SYNOD_NO_QUORUM')
    expect(world.clock.nowMs - before).toBeCloseTo(2_000, -1)
  })

  it('that was sent before every server turned this client away is unknown', async () => {
    const world = new World(1)
    const client = world.client({ requestTimeoutMs: 2_000 })
    await world.clock.until(client.create('/a', bytes('')))
    world.mute.add('s1')
    const write = codeOf(client.set('/a', bytes('x')))
    await world.clock.when(() => world.log.entries.length === 3)
    world.refusing.set('s1', new SynodError('SYNOD_UNAUTHORIZED', 'another secret'))
    world.cut('s1')
    expect(await world.clock.until(write)).toBe('SYNOD_OUTCOME_UNKNOWN')
  })

  it('is unknown when the connection was lost and nobody is left', async () => {
    const world = new World(1)
    const client = world.client({ requestTimeoutMs: 2_000 })
    await world.clock.until(client.create('/a', bytes('')))
    world.mute.add('s1')
    const write = codeOf(client.set('/a', bytes('x')))
    await world.clock.when(() => world.log.entries.length === 3)
    world.kill(1)
    expect(await world.clock.until(write)).toBe('SYNOD_OUTCOME_UNKNOWN')
  })

  it('rejects with the reason of its signal, unchanged', async () => {
    const world = new World(1)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const reason = { why: 'not needed' }
    const controller = new AbortController()
    const { signal } = controller
    world.freeze(1)
    const calls = [client.get('/a', { signal }), client.set('/a', bytes('x'), { signal }), client.list('/', { signal })]
    const outcomes = Promise.allSettled(calls)
    controller.abort(reason)
    for (const outcome of await world.clock.until(outcomes)) expect(outcome).toEqual({ status: 'rejected', reason })
    await expect(client.get('/a', { signal })).rejects.toBe(reason)
  })

  it('is withdrawn by an abort before it is sent', async () => {
    const world = new World(1)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('')))
    const controller = new AbortController()
    const outcome = codeOf(client.set('/a', bytes('never'), { signal: controller.signal }))
    const kept = client.set('/a', bytes('kept'))
    controller.abort(new Error('no'))
    expect(await world.clock.until(kept)).toMatchObject({ version: 1 })
    expect(await outcome).toBe('Error: no')
    expect(text((await world.clock.until(client.get('/a'))).data)).toBe('kept')
  })

  it('is refused when too many wait already', async () => {
    const world = new World(1)
    const client = world.client({ waitingCallsMax: 3 })
    world.log.appoint(null)
    const writes = Array.from({ length: 4 }, (_, n) => codeOf(client.create(`/n${n}`, bytes(''))))
    const reads = Array.from({ length: 4 }, () => codeOf(client.get('/')))
    expect(await writes[3]).toBe('SYNOD_BUSY')
    expect(await reads[3]).toBe('SYNOD_BUSY')
    world.log.appoint(1)
    expect(await world.clock.until(Promise.all(writes))).toEqual(['resolved', 'resolved', 'resolved', 'SYNOD_BUSY'])
  })

  it('ends with the client: unsent ones surely, sent ones perhaps executed', async () => {
    const world = new World(1)
    const client = world.client({ closeTimeoutMs: 500 })
    await world.clock.until(client.create('/a', bytes('')))
    world.mute.add('s1')
    const sent = Array.from({ length: 64 }, () => codeOf(client.set('/a', bytes('x'))))
    await world.clock.when(() => world.log.entries.length > 60)
    const unsent = codeOf(client.set('/a', bytes('y')))
    const read = codeOf(client.get('/a'))
    const before = world.clock.nowMs
    await world.clock.until(client.close())
    expect(world.clock.nowMs - before).toBeLessThanOrEqual(510)
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['SYNOD_OUTCOME_UNKNOWN']))
    expect([await unsent, await read]).toEqual(['SYNOD_STOPPED', 'SYNOD_STOPPED'])
    expect(await codeOf(client.get('/a'))).toBe('SYNOD_STOPPED')
    expect(() => client.watch('/a')).toThrow(/closed/)
  })
})
