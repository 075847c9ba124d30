import { describe, expect, it } from 'vitest'
import { bytes, codeOf, World } from './support/world.ts'

describe('a session read', () => {
  it('sent behind a write sees it, though the write has not been answered', async () => {
    const world = new World(3)
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('old')))
    const write = client.set('/a', bytes('new'))
    const read = client.get('/a', { consistency: 'session' })
    await world.clock.until(write)
    expect(new TextDecoder().decode((await world.clock.until(read)).data)).toBe('new')
  })

  it('does not wait for a write that has no leader', async () => {
    const world = new World(3)
    world.log.patience = 'wait'
    const client = world.client()
    await world.clock.until(client.create('/a', bytes('old')))
    world.log.appoint(null)
    const write = codeOf(client.set('/a', bytes('new')))
    expect(await world.clock.until(codeOf(client.get('/a', { consistency: 'session' })))).toBe('resolved')
    world.log.appoint(1)
    expect(await world.clock.until(write)).toBe('resolved')
  })
})
