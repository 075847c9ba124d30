import { sequence } from '@synod/sim'
import { expect, it } from 'vitest'
import { observer, Play } from './s31-s79-play.ts'

it(
  'S75: the leader is killed before each effect in turn; a client repeats what may have been executed, and each node is made once',
  { timeout: 60_000 },
  async () => {
    const seen = new Set<string>()
    let repeated = 0
    const watch = observer(() => ({
      onApply: (_server, entry, first) => {
        if (!first || entry.type !== 'command') return
        const bytes = Array.from(entry.payload).join()
        if (seen.has(bytes)) repeated += 1
        seen.add(bytes)
      },
    }))
    const play = new Play({ clients: 3, workloads: [sequence], invariants: [watch] })
    const { simulation } = play
    simulation.start()
    await play.until('a leader', () => play.leader !== null)
    for (let effects = 1; effects <= 25; effects += 1) {
      await play.pass(120)
      await play.until('a leader', () => play.leader !== null)
      const { leader } = play
      const lives = leader?.lives ?? 0
      play.strike()
      leader?.process?.crashAtEffect(effects)
      await play.until('it ends and is back', () => leader !== null && leader.lives > lives)
    }
    expect(repeated, 'commands that came to the log twice').toBeGreaterThan(0)
    await play.settle()
  },
)
