import { coordinationClientContract } from '@synod/contract-tests'
import type { CoordinationPlace } from '@synod/contract-tests'
import { startTestCluster } from 'synod/testing'
import type { TestCluster } from 'synod/testing'
import { afterAll, describe, it } from 'vitest'

let cluster: Promise<TestCluster> | null = null

afterAll(async () => {
  await (await cluster)?.close()
})

/** One cluster for all clauses, which work below a node of their own each. */
async function sharedPlace(): Promise<CoordinationPlace & { readonly cluster: TestCluster }> {
  const shared = await (cluster ??= startTestCluster())
  return { cluster: shared, client: async (options = {}) => shared.client(options), dispose: async () => undefined }
}

coordinationClientContract(
  { describe, it },
  {
    name: '@synod/client at three servers',
    create: sharedPlace,
    // The hardest way to lose a connection: the leader dies, another takes over, and the dead one comes back.
    interrupt: async (place) => place.cluster.restart(await place.cluster.kill('leader')),
    timeoutMs: 15_000,
  },
)
