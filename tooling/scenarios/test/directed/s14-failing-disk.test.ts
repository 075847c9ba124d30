import { describe, expect, it } from 'vitest'
import { atBoundary, beginSync, rehearseSync } from './s01-effects.ts'
import { Stage, syncKinds, type Server } from './s01-stage.ts'

describe('S14: one write of a follower fails while the others commit', () => {
  it('it halts, says nothing any more, comes back without a hole, and restarts as often as one likes', { timeout: 120_000 }, async () => {
    for (let write = 1; write <= 6; write += 1) {
      const stage = await Stage.set('diff')
      const { cluster } = stage.simulation
      await stage.expectWhole()
      const follower = followerOf(stage)
      follower.drive.failAtWrite = follower.drive.writes + write
      stage.write(6)
      await stage.until('all is acknowledged, and the follower has halted', () => stage.isWritten && follower.halted !== null)
      expect(follower.halted?.code).toBe('SYNOD_STORAGE_FAILED')
      const missing = cluster.leader()?.disk.last.index ?? 0
      expect(follower.disk.last.index).toBeLessThan(missing)
      await stage.until('it is back and has everything', () => cluster.converged() && follower.disk.last.index >= missing)
      follower.kill({ power: false })
      await stage.expectWhole()
    }
  })
})

describe.each(syncKinds)('S14, S15: a write fails while a follower is synchronized by %s', (kind) => {
  it.each(['follower', 'leader'] as const)(
    'any write of the %s: it halts, and the synchronization is done anew',
    { timeout: 120_000 },
    async (who) => {
      const rehearsal = await Stage.set(kind)
      const before = rehearsal[who].drive.writes
      beginSync(rehearsal)
      await rehearsal.until('the synchronization is over', () => rehearsal.isWritten)
      const writes = rehearsal[who].drive.writes - before
      expect(writes).toBeGreaterThan(3)
      for (let write = 1; write <= writes; write += 1) {
        const stage = await Stage.set(kind)
        const { drive } = stage[who]
        drive.failAtWrite = drive.writes + write
        beginSync(stage)
        await stage.until('it halts', () => stage[who].halted?.code === 'SYNOD_STORAGE_FAILED')
        await stage.until('all is acknowledged by two', () => stage.isWritten)
        await stage.expectWhole()
      }
    },
  )

  it('the disk of the follower is full from any of its writes on, and has room later', { timeout: 120_000 }, async () => {
    const { boundaries } = await rehearseSync(kind)
    const points = boundaries.follower.filter(({ side, unsynced, isWrite }) => isWrite && side === 'before' && unsynced === 'lost')
    let offered = 0
    for (const boundary of points) {
      const stage = await Stage.set(kind)
      const { follower, simulation } = stage
      let isFull = false
      beginSync(stage)
      atBoundary(follower, boundary, () => {
        isFull = true
        follower.drive.isFull = true
        if (!hasStored(stage) && wasOffered(stage)) offered += 1
      })
      await stage.until('the disk is full', () => isFull)
      await simulation.advance(700)
      follower.drive.isFull = false
      await stage.until('all is acknowledged by two', () => stage.isWritten)
      await stage.expectWhole()
    }
    expect(offered, 'runs in which what the leader sent first could not be written').toBeGreaterThan(0)
  })
})

function followerOf({ simulation }: Stage): Server {
  const { cluster } = simulation
  const follower = cluster.servers.find((server) => server !== cluster.leader())
  if (follower === undefined) throw new Error('there is no follower')
  return follower
}

function hasStored({ seen, follower }: Stage): boolean {
  return seen.some(
    (each) => each.what === 'stored' && each.by === follower.id && ['entries', 'truncate', 'snapbase'].includes(each.record.kind),
  )
}

function wasOffered({ seen }: Stage): boolean {
  return seen.some(
    (each) => each.what === 'sent' && (each.body.type === 'snapshotChunk' || (each.body.type === 'append' && each.body.entries.length > 0)),
  )
}
