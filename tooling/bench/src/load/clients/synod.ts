import { connect } from '@synod/client'
import { SynodError } from '@synod/interface'
import { DistributedLock } from '@synod/recipes/lock'
import type { BenchClient, ClientTarget } from './client.ts'

/** Our client with default settings, whatever it is used for. */
export async function connectSynod({ endpoints, impatient }: ClientTarget): Promise<BenchClient> {
  const client = await connect({ cluster: 'bench', servers: endpoints, ...(impatient ? { connectTimeoutMs: 60_000 } : {}) })
  return {
    async put(key, value) {
      try {
        await client.create(`/${key}`, value)
      } catch (error) {
        if (!SynodError.is(error, 'SYNOD_NODE_EXISTS')) throw error
      }
    },
    async write(key, value) {
      await client.set(`/${key}`, value)
    },
    async read(key) {
      await client.get(`/${key}`)
    },
    async lockAndUnlock(name) {
      const lock = await new DistributedLock(client, `/${name}`).acquire()
      await lock.release()
    },
    close: () => client.close(),
  }
}
