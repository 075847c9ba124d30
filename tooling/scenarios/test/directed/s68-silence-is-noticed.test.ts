import { describe, expect, it } from 'vitest'
import { Play, type Edge } from './s31-s79-play.ts'

describe('S68: connections that carry nothing and are not closed', () => {
  it.each<[string, readonly Edge[]]>([
    [
      'to and from the leader',
      [
        [3, 1],
        [3, 2],
        [1, 3],
        [2, 3],
      ],
    ],
    [
      'from the leader',
      [
        [3, 1],
        [3, 2],
      ],
    ],
    [
      'to the leader',
      [
        [1, 3],
        [2, 3],
      ],
    ],
  ])('%s: another leads within a second', async (_, directions) => {
    const play = await new Play().form()
    play.mute(...directions)
    await play.until('another leads', () => play.leader !== null && play.leader.id !== 3, 1_000)
    await play.work(20)
    play.heal()
    await play.settle()
  })

  it('half open: the leader has forgotten a connection that its follower keeps; it follows again within three seconds, no epoch is spent', async () => {
    const play = await new Play().form()
    const { promises } = play
    play.strike()
    play.server(3).transport?.halfOpen(1)
    await play.pass(3_000)
    expect(play.server(1).core?.view.role).toBe('following')
    expect(play.promises).toEqual(promises)
    await play.settle()
  })

  it('a machine without power closes nothing; the server is back on it and follows within three seconds, although its peers hold the old connections', async () => {
    const play = await new Play().form()
    const { promises } = play
    const victim = play.server(1)
    play.kill(victim, { power: true })
    await play.pass(300)
    victim.start()
    await play.until(
      'it follows and has it all',
      () => {
        return victim.core?.view.role === 'following' && victim.state?.appliedZxid.index === play.leader?.state?.appliedZxid.index
      },
      3_000,
    )
    expect(play.promises).toEqual(promises)
    await play.settle()
  })
})
