import { expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

it('S60: a cut-off leader with the latest clock and the longest log brings nothing of it back', async () => {
  const play = await new Play({ everyMs: 10 }).form()
  const old = play.server(3)
  old.process?.jumpWallClock(86_400_000)
  await play.work(3)
  play.cut([3, 1], [3, 2])
  for (let at = 0; at < 300; at += 1) old.replica?.submit(Uint8Array.of(at & 255), () => undefined)
  await play.pass(100)
  await play.until('another leads', () => play.leader !== null && play.leader !== old)
  const next = play.leader
  await play.work(3)
  await play.until('the old leader has resigned', () => old.core?.view.role === 'looking')
  const heir = play.server(next?.id === 1 ? 2 : 1)
  const [stale, newer] = [old.disk.last, heir.disk.last]
  expect({ isLonger: stale.index > newer.index, isOlder: stale.epoch < newer.epoch }).toEqual({ isLonger: true, isOlder: true })

  play.kill(next)
  play.heal()
  await play.until('the two lead', () => play.leader !== null)
  expect(play.leader).toBe(heir)
  next?.start()
  await play.settle()
  expect(old.disk.epochAt(newer.index)).toBe(newer.epoch)
})
