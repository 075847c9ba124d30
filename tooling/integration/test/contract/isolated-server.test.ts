import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinationClientContract } from '@synod/contract-tests'
import type { CoordinationPlace } from '@synod/contract-tests'
import { startNode } from 'synod'
import type { SynodNode } from 'synod'
import { afterAll, describe, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'synod-isolated-'))
let node: Promise<SynodNode> | null = null

afterAll(async () => {
  await (await node)?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** One server in a thread of its own for all clauses; its clients are in this thread. */
async function sharedPlace(): Promise<CoordinationPlace> {
  const shared = await (node ??= startNode({ id: 1, dataDir: folder, isolate: true }))
  await shared.ready()
  return { client: async (options = {}) => shared.createClient(options), dispose: async () => undefined }
}

coordinationClientContract({ describe, it }, { name: '@synod/client at a server in a thread of its own', create: sharedPlace })
