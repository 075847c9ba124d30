import { SynodError } from '@synod/interface'
import { createSimulation, type Workload } from '@synod/sim'
import { expect, it } from 'vitest'

/** Three writes of each client are under way at every moment. */
const restless: Workload = {
  name: 'restless',
  run: async ({ client, life, isOver }) => {
    const path = `/${life}`
    await client.create(path, new Uint8Array(1))
    const write = async (): Promise<void> => {
      while (!isOver()) {
        await client.set(path, new Uint8Array(1)).catch((error: unknown) => {
          if (!SynodError.is(error) || error.code === 'SYNOD_SESSION_EXPIRED') throw error
        })
      }
    }
    await Promise.all([write(), write(), write()])
  },
}

/** A seed whose disks take 8 to 40 ms: something is always on its way there. */
const slowDisks = 3

it('a cluster whose clients never pause has converged when it has caught up, not when it has nothing to do', async () => {
  const result = await createSimulation({ seed: slowDisks, nodes: 3, clients: 5, workloads: [restless], faults: [], faultsMs: 200 }).run()
  expect(result.violation).toBeNull()
})
