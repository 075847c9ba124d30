import { afterEach, describe, expect, it } from 'vitest'
import { utf8Encode } from '@synod/wire'
import type { CoordinationClient } from '@synod/interface/coordination'
import { contentsOf, replicasOf } from '../src/replicas.ts'
import type { ServerProcess } from '../src/server-process.ts'
import { TestCluster } from '../src/test-cluster.ts'

const mib = 1024 * 1024
const pieceBytes = 64 * 1024

let cluster: TestCluster | null = null

afterEach(async () => {
  await cluster?.close()
  cluster = null
})

/** Writes pieces until this server has ended, and returns the paths that were acknowledged. */
async function fillUntilEnd(client: CoordinationClient, server: ServerProcess): Promise<string[]> {
  const paths: string[] = []
  for (let count = 0; server.running; count += 1) {
    const path = `/piece-${count}`
    await client.create(path, utf8Encode(`${count} `.padEnd(pieceBytes, 'x')))
    paths.push(path)
  }
  return paths
}

describe('a disk that is full', () => {
  it.each([
    ['of a follower', 1],
    ['of the leader', 3],
  ])('%s: the server says so and ends, the others go on, and with room again it catches up', async (_whose, id) => {
    const started = await TestCluster.start({ smallDisk: { id, bytes: 3 * mib } })
    cluster = started
    const full = started.server(id)
    const leader = await started.settled()
    const wasLeading = leader === full
    expect(wasLeading).toBe(id === 3)
    const { epoch } = await leader.status()
    const client = await started.connect({ sessionTimeoutMs: 60_000 })

    const paths = await fillUntilEnd(client, full)
    expect(await full.exited).toEqual({ code: 10, signal: null })
    expect(full.output).toContain('SYNOD_STORAGE_FAILED')
    expect(full.output).toMatch(/synod: .*disk.*\(SYNOD_STORAGE_FAILED\)/)
    const next = await started.settled(started.others(full))
    if (!wasLeading) expect(next).toBe(leader)
    expect((await next.status()).epoch > epoch).toBe(wasLeading)
    await client.create('/while-away', utf8Encode('written by two'))

    full.start()
    expect(await full.exited).toMatchObject({ code: expect.any(Number), signal: null })
    expect((await full.exited).code).toBeGreaterThan(0)

    started.guard.growDisk(full.config.dataDir, 64 * mib)
    full.start()
    await started.settled()
    const [first, ...rest] = await replicasOf(started)
    for (const contents of rest) expect(contents).toEqual(first)
    expect(paths.filter((path) => first?.has(path) !== true)).toEqual([])
    expect((await contentsOf(full)).get('/while-away')?.value).toBe('written by two')
  })
})
