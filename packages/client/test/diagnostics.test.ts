import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, it } from 'vitest'
import { World, bytes } from './support/world.ts'

it('a client publishes its connections and its session', async () => {
  const seen: unknown[] = []
  const note = (payload: unknown): void => void seen.push(payload)
  const names = ['synod:client:connection', 'synod:client:session']
  for (const name of names) subscribe(name, note)
  const world = new World(1)
  const client = world.client()
  await world.clock.until(client.create('/a', bytes('')))
  world.cut('s1')
  await world.clock.until(client.set('/a', bytes('')))
  await world.clock.until(client.close())
  for (const name of names) unsubscribe(name, note)
  expect(seen).toMatchObject([
    { state: 'opened', endpoint: 's1', server: 1, leader: 1 },
    { state: 'opened', id: 1, timeoutMs: 10_000 },
    { state: 'lost', endpoint: 's1', reason: 'connection reset' },
    { state: 'opened', endpoint: 's1' },
    { state: 'ended', id: 1, reason: expect.stringMatching(/closed/) },
  ])
})
