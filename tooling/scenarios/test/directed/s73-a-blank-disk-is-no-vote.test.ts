import { expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

it('S73: one of three has lost its disk and starts as blank; it does not vouch for what the other lacks', async () => {
  const play = await new Play().form()
  play.cut([2, 3], [2, 1])
  await play.work(20)
  const committed = play.server(3).core?.view.commitIndex ?? 0
  expect(play.server(2).disk.last.index).toBeLessThan(committed)
  expect(play.server(1).disk.last.index).toBeGreaterThanOrEqual(committed)

  const { nemesis } = play.simulation
  nemesis.perform({ at: 0, kind: 'wipe', node: 1, downMicros: 100_000 })
  expect(play.server(1).disk.isBlank).toBe(true)
  await play.pass(200)
  play.kill(play.server(3))
  play.heal()
  await play.expectStandstill(10_000)
  expect(play.server(1).disk.isBlank).toBe(true)
  play.server(3).start()
  await play.until('the two that have disks lead', () => play.leader !== null)
  await play.work(5)
  expect(play.server(1).halted?.code).toBe('SYNOD_STORAGE_MISSING')
  await play.settle()
})
