import { describe, expect, it } from 'vitest'
import { atBoundary, boundariesOf, crash, recordEffects, type Boundary } from './s01-effects.ts'
import { Stage, type Server } from './s01-stage.ts'

/** Server 3 is the one that formats the others, and then the first candidate. */
describe('S28: a crash in the middle of the first start, when identities, configuration and the first epoch become durable', () => {
  it.each([
    [1, 'this server'],
    [3, 'this server'],
    [3, 'all servers'],
  ] as const)('at every effect of server %d: %s', { timeout: 120_000 }, async (id, victims) => {
    const boundaries = await rehearse(id)
    expect(boundaries.length).toBeGreaterThan(20)
    const kinds = new Set<string>()
    for (const boundary of boundaries) {
      const stage = Stage.empty()
      const { cluster } = stage.simulation
      for (const kind of await crashAt(stage, boundary, {
        counted: id,
        victims: victims === 'this server' ? [cluster.server(id)] : cluster.servers,
      }))
        kinds.add(kind)
      await stage.expectWhole()
      expect(new Set(cluster.servers.map(({ disk }) => disk.clusterId)).size, 'clusters that were formed').toBe(1)
    }
    expect([...kinds]).toEqual(
      expect.arrayContaining(id === 3 ? ['nothing', 'meta', 'promise', 'entries'] : ['nothing', 'meta', 'entries']),
    )
  })
})

async function rehearse(id: number): Promise<readonly Boundary[]> {
  const stage = Stage.empty()
  const { simulation } = stage
  simulation.start()
  const effects = recordEffects(simulation.cluster.server(id))
  stage.write(1)
  await stage.until('a cluster that takes a write', () => stage.isWritten && simulation.cluster.converged())
  return boundariesOf(effects)
}

/** Returns the last record that each victim had stored when it ended. */
async function crashAt(
  stage: Stage,
  boundary: Boundary,
  who: { readonly counted: number; readonly victims: readonly Server[] },
): Promise<readonly string[]> {
  const { simulation } = stage
  let had: readonly string[] | null = null
  simulation.start()
  stage.write(1)
  atBoundary(simulation.cluster.server(who.counted), boundary, () => {
    had = who.victims.map((server) => lastStored(stage, server))
    for (const server of who.victims) crash(server, boundary.unsynced)
  })
  await stage.until('the crash', () => had !== null)
  for (const server of who.victims) server.start()
  return had ?? []
}

function lastStored({ seen }: Stage, server: Server): string {
  const last = seen.findLast((each) => each.what === 'stored' && each.by === server.id)
  return last?.what === 'stored' ? last.record.kind : 'nothing'
}
