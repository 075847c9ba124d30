import { expect, it } from 'vitest'
import { observer, Play } from './s31-s79-play.ts'

it(
  'S50: a server ends before each effect in turn while it takes snapshots; its state is always that of what it says it has applied',
  { timeout: 60_000 },
  async () => {
    let taken = 0
    let restored = 0
    const replica = { snapshotLogEntriesMax: 6, snapshotLogBytesMin: 1, keepEntries: 0 }
    const watch = observer(() => ({
      onSnapshot: ({ id }) => {
        if (id === 1) taken += 1
      },
      onRestore: ({ id }) => {
        if (id === 1) restored += 1
      },
    }))
    const play = await new Play({ replica, everyMs: 5, invariants: [watch] }).form()
    const victim = play.server(1)
    let crashes = 0
    for (let effects = 1; effects <= 30; effects += 1) {
      const before = taken
      await play.until('a further snapshot is about to be taken', () => taken > before)
      const { lives } = victim
      play.strike()
      victim.process?.crashAtEffect(effects)
      await play.until('it ends and is back', () => victim.lives > lives && victim.core?.view.role === 'following')
      crashes += 1
    }
    await play.settle()
    expect(crashes).toBe(30)
    expect(restored, 'lives that began with a snapshot').toBeGreaterThan(25)
  },
)
