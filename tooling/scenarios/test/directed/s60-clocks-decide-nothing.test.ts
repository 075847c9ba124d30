import { expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

it('S60: a cut-off leader with the latest clock and the longest log brings nothing of it back', async () => {
  const play = await new Play({ everyMs: 10 }).form()
  const old = play.server(3)
  old.process?.jumpWallClock(86_400_000)
  await play.work(3)
  play.cut([3, 1], [3, 2])
  for (let at = 0; at < 50; at += 1) old.replica?.submit(Uint8Array.of(at), () => undefined)
  await play.pass(100)
  const end = old.disk.last
  await play.until('another leads', () => play.leader !== null && play.leader !== old)
  const taken = play.server(2).disk.last
  expect({ isLonger: end.index > taken.index, isOlder: end.epoch < taken.epoch }).toEqual({ isLonger: true, isOlder: true })
  await play.pass(200)
  play.heal()
  await play.until('the old one follows', () => old.core?.view.role === 'following' && old.disk.last.epoch > end.epoch)
  const [one, two] = [play.server(1).disk, old.disk]
  const shared = Math.min(one.last.index, two.last.index)
  for (let index = 1; index <= shared; index += 1) expect(two.entries.get(index)?.epoch).toBe(one.entries.get(index)?.epoch)
  await play.settle()
})
