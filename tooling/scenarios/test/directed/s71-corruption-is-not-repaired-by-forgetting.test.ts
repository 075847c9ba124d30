import { expect, it } from 'vitest'
import { Play } from './s31-s79-play.ts'

it('S71: a committed entry is corrupt at one of three, and the third lags: nobody leads without the copy that is sound', async () => {
  const play = await new Play().form()
  const [lagging, rotten, sound] = play.servers
  if (lagging === undefined || rotten === undefined || sound === undefined) throw new Error('three servers')
  play.cut([1, 3], [1, 2])
  await play.work(20)
  const committed = sound.core?.view.commitIndex ?? 0
  expect(lagging.disk.last.index).toBeLessThan(committed)

  play.kill(rotten)
  rotten.drive.isSpoilt = true
  rotten.drive.rot()
  const image = rotten.drive.backup()
  rotten.start()
  await play.until('the damage is found', () => rotten.halted !== null && !rotten.isUp)
  expect(rotten.halted?.code).toBe('SYNOD_STORAGE_CORRUPT')
  expect(rotten.drive.image.batches).toEqual(image.batches)

  play.kill(sound)
  play.heal()
  await play.expectStandstill(10_000)
  expect(lagging.core?.view).toMatchObject({ role: 'looking', lastZxid: lagging.disk.last })
  sound.start()
  await play.until('the two lead', () => play.leader !== null)
  expect(play.leader?.core?.view.lastZxid.index).toBeGreaterThan(committed)
  await play.work(5)
  await play.settle()
})
