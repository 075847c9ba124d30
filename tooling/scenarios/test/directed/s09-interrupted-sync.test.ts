import { describe, expect, it } from 'vitest'
import { atBoundary, beginSync, crash, rehearseSync, type Boundary, type Counted } from './s01-effects.ts'
import { Stage, syncKinds, type SyncKind } from './s01-stage.ts'

/** Interrupts the synchronization and sees to it that it begins again. */
const interruptions: Readonly<Record<string, (stage: Stage) => void>> = {
  'the connection breaks': ({ leader, follower }) => {
    leader.transport?.breakLink(follower.id)
  },
  'nothing arrives for half a second': ({ leader, follower, simulation }) => {
    const { network } = simulation.cluster
    for (const [from, to] of [
      [leader.name, follower.name],
      [follower.name, leader.name],
    ] as const) {
      network.setFault(from, to, { blackHole: true })
      simulation.world.scheduler.after(500_000, () => {
        network.heal(from, to)
      })
    }
  },
  'the follower ends and comes back': ({ follower }) => {
    crash(follower, 'lost')
    follower.start()
  },
  'the leader ends, and the third server is there in its place': ({ leader, other }) => {
    crash(leader, 'lost')
    other.start()
  },
}

/** What the follower had of the synchronization when it was interrupted, in how many runs. */
interface Reached {
  transferring: number
  synchronized: number
  early: number
}

describe.each(syncKinds)('S9, S10: a follower that is synchronized by %s', (kind) => {
  it.each(Object.keys(interruptions))(
    'is interrupted at every effect, and restarted after it was synchronized anew: %s',
    { timeout: 120_000 },
    async (name) => {
      const { boundaries } = await rehearseSync(kind)
      const reached: Reached = { transferring: 0, synchronized: 0, early: 0 }
      for (const counted of name === 'the connection breaks' ? (['follower', 'leader'] as const) : (['follower'] as const)) {
        const points = boundaries[counted].filter(({ side, unsynced }) => side === 'before' && unsynced === 'lost')
        for (const boundary of points) await interrupt({ kind, name, counted, boundary, reached })
      }
      expect(reached.early).toBeGreaterThan(3)
      expect(reached.synchronized).toBeGreaterThan(3)
      if (kind.startsWith('snapshot')) expect(reached.transferring, 'runs in which a transfer was under way').toBeGreaterThan(10)
    },
  )
})

describe('S9: the snapshot that a server takes and the one that it receives', () => {
  it('are stored under different names, also when they are of the same state: neither is written into the other', async () => {
    const stage = await Stage.set('snapshot')
    await stage.expectWhole()
    stage.seen.length = 0
    stage.write(20)
    await stage.until('everybody has everything', () => stage.isWritten && stage.simulation.cluster.converged())
    const taken = stage.seen.flatMap((each) =>
      each.what === 'stored' && each.record.kind === 'snapbase' ? [{ by: each.by, ...each.record.snapshot }] : [],
    )
    const pairs = taken.flatMap((one) => taken.filter((two) => two.by > one.by && two.hash === one.hash).map((two) => [one.id, two.id]))
    expect(pairs.length).toBeGreaterThan(1)
    for (const [one, two] of pairs) expect(one).not.toBe(two)
  })
})

interface Interruption {
  readonly kind: SyncKind
  readonly name: string
  readonly counted: Counted
  readonly boundary: Boundary
  readonly reached: Reached
}

async function interrupt({ kind, name, counted, boundary, reached }: Interruption): Promise<void> {
  const stage = await Stage.set(kind)
  const { follower, simulation } = stage
  let interrupted = false
  const strike = (): void => {
    interrupted = true
    note(stage, reached)
    simulation.world.scheduler.after(0, () => interruptions[name]?.(stage))
  }
  try {
    if (counted === 'leader') atBoundary(stage.leader, boundary, strike)
    beginSync(stage)
    if (counted === 'follower') atBoundary(follower, boundary, strike)
    await stage.until('the interruption', () => interrupted)
    await simulation.advance(1)
    await stage.until('what was written is acknowledged by two', () => stage.isWritten)
    crash(follower, 'lost')
    await stage.expectWhole()
  } catch (error) {
    throw new Error(`${name} before effect ${boundary.effect} of the ${counted}: ${String(error)}`, { cause: error })
  }
}

function note({ seen, follower }: Stage, reached: Reached): void {
  const begun = seen.some((each) => each.what === 'sent' && each.body.type === 'snapshotBegin')
  const restored = seen.some((each) => each.what === 'restored' && each.by === follower.id)
  const stored = seen.some((each) => each.what === 'stored' && each.by === follower.id && each.record.kind === 'entries')
  if (begun && !restored) reached.transferring += 1
  if (restored || stored) reached.synchronized += 1
  else reached.early += 1
}
