import { TestCluster } from '@tooling/faults/src/test-cluster.ts'
import { afterEach, expect, it } from 'vitest'
import { Lives } from '../src/clients/lives.ts'
import { Recording } from '../src/recording.ts'

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

it('a client that somebody waits for is connected though another one has stopped to wait', async () => {
  const made = await TestCluster.make({ size: 1 })
  cluster = made
  const lives = new Lives('c1', { cluster: made.name, servers: made.servers.map(({ endpoint }) => endpoint) }, new Recording())
  const impatient = new AbortController()
  const first = lives.current(impatient.signal)
  const second = lives.current(new AbortController().signal)
  impatient.abort(new Error('no new calls'))
  await expect(first).rejects.toThrow('no new calls')
  for (const server of made.servers) server.start()
  expect((await second).session).toBe(1)
  await lives.close()
})
