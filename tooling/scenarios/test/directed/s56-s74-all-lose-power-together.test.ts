import { describe, expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

describe('S56, S74: all servers lose power in the same instant, in the middle of their writes', () => {
  it.each([1, 3])('again and again, %i of them: what was acknowledged is there, and one history', async (nodes) => {
    const play = await new Play({ nodes, everyMs: 0 }).form()
    const { simulation } = play
    let lost = 0
    for (let round = 0; round < 15; round += 1) {
      await play.work(3)
      await simulation.advance(0.1 * round)
      await play.until('writes are under way', () => play.servers.every(({ drive }) => drive.unsynced.length > 0))
      for (const server of play.servers) {
        lost += server.drive.unsynced.length
        server.drive.unsynced = []
        play.kill(server, { power: true })
      }
      await play.pass(50)
      for (const server of play.servers) server.start()
    }
    await play.work(3)
    expect(lost, 'writes that had reached no disk').toBeGreaterThanOrEqual(15 * nodes)
    await play.settle()
  })
})
