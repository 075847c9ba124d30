import { describe, expect, it } from 'vitest'
import { observer, Play } from './s31-s79-play.ts'

describe('S72: a write fails once, and the disk works again', () => {
  it.each([
    ['the leader', 3],
    ['a follower', 1],
  ])(
    '%s: it says nothing more in that life, comes back with what is durable, and nothing acknowledged is lost',
    { timeout: 60_000 },
    async (_, id) => {
      const speech: string[] = []
      let isFailing = false
      const watch = observer(() => ({
        onSend: (server, body) => {
          if (server.id === id && isFailing && server.isUp && body.type !== 'resign') speech.push(body.type)
        },
      }))
      const play = await new Play({ everyMs: 10, invariants: [watch] }).form()
      const victim = play.server(id)
      for (let round = 1; round <= 8; round += 1) {
        const { lives } = victim
        const { drive } = victim
        play.strike()
        drive.failAtWrite = drive.writes + round
        await play.until('a write fails', () => drive.failAtWrite === null)
        await play.until('it has been told', () => victim.halted !== null)
        isFailing = true
        expect(victim.halted?.code).toBe('SYNOD_STORAGE_FAILED')
        await play.until('that life is over', () => !victim.isUp)
        isFailing = false
        await play.until('it is back', () => victim.lives > lives && victim.core !== null && play.leader !== null)
        await play.work(3)
      }
      expect(speech).toEqual([])
      expect(victim.lives).toBeGreaterThan(8)
      await play.settle()
    },
  )
})
