import { describe, expect, it } from 'vitest'
import { atBoundary, beginSync, crash, rehearseSync, type Boundary, type Counted } from './s01-effects.ts'
import { Stage, syncKinds, type SyncKind } from './s01-stage.ts'

/** Who ends at the boundary. The leader that synchronized is away until the others have agreed on a leader, unless it is `both`. */
type Victims = 'the follower, and then its leader' | 'the leader' | 'both'

const sweeps: readonly (readonly [Counted, Victims])[] = [
  ['follower', 'the follower, and then its leader'],
  ['follower', 'both'],
  ['leader', 'the leader'],
  ['leader', 'both'],
]

interface Reached {
  readonly stored: Set<string>
  acknowledged: number
}

describe.each(syncKinds)('S1, S2, S3, S6, S11, S12: a follower is synchronized by %s', (kind) => {
  it('and reaches what the name says', async () => {
    const { stage } = await rehearseSync(kind)
    const { follower, leader, other, seen } = stage
    const stored = seen.flatMap((each) => (each.what === 'stored' && each.by === follower.id ? [each.record.kind] : []))
    const isSnapshot = kind.startsWith('snapshot')
    expect(other.isUp).toBe(false)
    expect(stored.includes('truncate')).toBe(kind === 'truncation')
    expect(stored.includes('snapbase')).toBe(isSnapshot)
    expect(seen.filter((each) => each.what === 'restored' && each.by === follower.id)).toHaveLength(isSnapshot ? 1 : 0)
    expect(seen.filter((each) => each.what === 'sent' && each.body.type === 'snapshotChunk').length > 2).toBe(isSnapshot)
    expect(leader.core?.view).toMatchObject({ role: 'leading', strength: 'established' })
  })

  it.each(sweeps)('crash at every effect of the %s: %s', { timeout: 120_000 }, async (counted, victims) => {
    const { boundaries } = await rehearseSync(kind)
    const reached: Reached = { stored: new Set(), acknowledged: 0 }
    const all = boundaries[counted]
    const points = counted === 'leader' && victims === 'both' ? all.filter(isNearWrite) : all
    for (const boundary of points) await crashAt({ kind, counted, victims, boundary, reached })
    expect(all.length).toBeGreaterThan(15)
    expect(reached.acknowledged, 'boundaries at which what the two alone have agreed on was acknowledged').toBeGreaterThan(0)
    const last = kind.startsWith('snapshot') ? ['snapbase'] : ['promise', 'entries']
    expect([...reached.stored]).toEqual(expect.arrayContaining(points === all ? ['meta', ...last] : ['meta']))
  })
})

/** All other moments at which both end are among those counted at the follower. */
function isNearWrite({ isWrite, side, unsynced }: Boundary): boolean {
  return isWrite || side === 'after' || unsynced === 'kept'
}

interface Crash {
  readonly kind: SyncKind
  readonly counted: Counted
  readonly victims: Victims
  readonly boundary: Boundary
  readonly reached: Reached
}

async function crashAt({ kind, counted, victims, boundary, reached }: Crash): Promise<void> {
  const stage = await Stage.set(kind)
  const { follower, leader, other, simulation } = stage
  const acknowledged = stage.acknowledged.size
  let crashed = false
  const strike = (): void => {
    crashed = true
    const last = stage.seen.findLast((each) => each.what === 'stored' && each.by === follower.id)
    if (last?.what === 'stored') reached.stored.add(last.record.kind)
    if (stage.acknowledged.size > acknowledged) reached.acknowledged += 1
    if (victims !== 'the leader') crash(follower, boundary.unsynced)
    crash(leader, boundary.unsynced)
  }
  try {
    if (counted === 'leader') atBoundary(leader, boundary, strike)
    beginSync(stage)
    if (counted === 'follower') atBoundary(follower, boundary, strike)
    await stage.until('the crash', () => crashed)
    if (victims !== 'both') {
      follower.start()
      other.start()
      await stage.until('the others agree on a leader', () => simulation.cluster.leader()?.core?.view.strength === 'established')
      expect(leader.isUp).toBe(false)
    }
    await stage.expectWhole()
  } catch (error) {
    throw new Error(`crash ${boundary.side} effect ${boundary.effect}, writes ${boundary.unsynced}: ${String(error)}`, { cause: error })
  }
}
