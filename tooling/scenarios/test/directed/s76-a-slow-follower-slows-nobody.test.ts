import { describe, expect, it } from 'vitest'
import { Play, type Server } from './s31-s79-play.ts'

/** Virtual milliseconds that so many commands took at their leader, ascending. */
async function latencies(play: Play, leader: Server | null, count: number): Promise<readonly number[]> {
  const found: number[] = []
  const { world } = play.simulation
  for (let at = 0; at < count; at += 1) {
    const calledAt = world.now
    leader?.replica?.submit(Uint8Array.of(at & 255), (outcome) => {
      if (outcome.ok) found.push((world.now - calledAt) / 1000)
    })
    await play.pass(5)
  }
  await play.until('all are answered', () => found.length === count)
  return found.sort((a, b) => a - b)
}

/** Virtual milliseconds until the leader has the answer of server 1 to what it appends now. */
async function answered(play: Play): Promise<number> {
  const { world } = play.simulation
  const calledAt = world.now
  let at = 0
  play.server(1).replica?.submit(Uint8Array.of(0), () => {
    at = world.now
  })
  await play.until('the slow one answers', () => at > 0)
  return (at - calledAt) / 1000
}

describe('S76: one of three is slow, and not dead', () => {
  it.each<[string, (play: Play) => void]>([
    [
      'its disk takes 2 s for a sync',
      (play) => {
        play.server(1).drive.slowMicros = 2_000_000
      },
    ],
    [
      'what it sends takes 400 ms',
      (play) => {
        for (const to of ['2', '3']) play.simulation.cluster.network.setFault('1', to, { extraDelayMicros: 400_000 })
      },
    ],
    [
      'what it is sent takes 400 ms',
      (play) => {
        for (const from of ['2', '3']) play.simulation.cluster.network.setFault(from, '1', { extraDelayMicros: 400_000 })
      },
    ],
  ])('%s: ninety-nine of a hundred commands take hardly longer than before, and the leader stays', async (_, makeSlow) => {
    const play = await new Play({ clients: 0 }).form()
    const { leader, promises } = play
    const before = await latencies(play, leader, 300)
    makeSlow(play)
    const during = await latencies(play, leader, 300)
    const slow = await answered(play)
    expect(slow, 'the slow one is slow').toBeGreaterThan(100)
    expect(during[296]).toBeLessThan(1.5 * (before[297] ?? 0) + 1)
    expect({ leader: play.leader, promises: play.promises.slice(1) }).toEqual({ leader, promises: promises.slice(1) })
    await play.settle()
  })
})
