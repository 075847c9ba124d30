import { describe, expect, it } from 'vitest'
import { appended, echoOf, granted, leadingCore, statusOf } from './harness/lone-core.ts'
import type { LoneCore } from './harness/lone-core.ts'

/** A leader of epoch 2 that has begun to renew, because 3 is stuck at a promise of epoch 9. Its own promise of 10 is durable. */
function renewing(): LoneCore {
  const lone = leadingCore()
  lone.wait(60_000)
  for (const peer of [2, 3]) lone.hear(peer, appended(2, 4), { echo: echoOf(lone, peer) })
  lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
  expect(lone.said('newEpoch').map(({ body }) => body.epoch)).toEqual([10, 10])
  lone.sync()
  return lone
}

/** Followers that have promised 10 to this leader reject Appends of 2 while their disks are busy. */
function rejectFor(lone: LoneCore, micros: number): void {
  for (let waited = 0; waited < micros; waited += 50_000) {
    lone.wait(50_000)
    const rejected = appended(2, 0, { ok: false, promisedEpoch: 10, promisedTo: 1 })
    for (const peer of [2, 3]) lone.hear(peer, rejected, { echo: echoOf(lone, peer) })
  }
}

describe('a renewal in place (amendment 18)', () => {
  it('has the patience of slow disks: rejects of those that promised to it are signs of life', () => {
    const lone = renewing()
    rejectFor(lone, 1_800_000)
    expect(lone.view).toMatchObject({ role: 'leading', leaderEpoch: 2, strength: 'established' })
    lone.hear(2, granted(10, { epoch: 2, index: 4 }), { echo: echoOf(lone, 2) })
    expect(lone.view).toMatchObject({ role: 'leading', leaderEpoch: 10, strength: 'established', lastZxid: { epoch: 10, index: 5 } })
  })

  it('that does not succeed ends the leadership: its followers have left the old epoch', () => {
    const lone = renewing()
    rejectFor(lone, 2_100_000)
    expect(lone.view.role).not.toBe('leading')
  })

  it('waits for the own promise to be durable like any campaign', () => {
    const lone = leadingCore()
    lone.wait(60_000)
    for (const peer of [2, 3]) lone.hear(peer, appended(2, 4), { echo: echoOf(lone, peer) })
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
    for (const peer of [2, 3]) lone.hear(peer, granted(10, { epoch: 2, index: 4 }), { echo: echoOf(lone, peer) })
    expect(lone.view.leaderEpoch).toBe(2)
    lone.sync()
    expect(lone.view.leaderEpoch).toBe(10)
  })

  it('ends the leadership when a voter has more than the leader', () => {
    const lone = renewing()
    lone.hear(2, granted(10, { epoch: 3, index: 9 }), { echo: echoOf(lone, 2) })
    expect(lone.view).toMatchObject({ strength: 'none', lastZxid: { epoch: 2, index: 4 } })
  })

  it('answers reads that were confirmed in the old epoch, and asks anew for the others', () => {
    const lone = renewing()
    lone.step({ type: 'read', readId: 7 })
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.effects.notices).toEqual([{ kind: 'readReady', readId: 7, index: 4 }])
    lone.step({ type: 'read', readId: 8 })
    const before = echoOf(lone, 2)
    lone.hear(2, granted(10, { epoch: 2, index: 4 }))
    expect(lone.view.leaderEpoch).toBe(10)
    lone.hear(2, appended(2, 4), { echo: before })
    expect(lone.effects.notices).toEqual([])
    lone.hear(2, appended(10, 5), { echo: echoOf(lone, 2) })
    expect(lone.effects.notices).toEqual([{ kind: 'readReady', readId: 8, index: 4 }])
  })

  it.each([
    [150_000, true],
    [2_000, false],
  ])('with a round trip of %d µs, a confirmation of 160 ms ago is sure: %s (decision 3)', (micros, isSure) => {
    const lone = leadingCore()
    for (const peer of [2, 3]) lone.step({ type: 'roundTrip', peer, micros })
    lone.wait(60_000)
    const echoes = [2, 3].map((peer) => echoOf(lone, peer))
    lone.wait(160_000)
    for (const [at, peer] of [2, 3].entries()) lone.hear(peer, appended(2, 4), { echo: echoes[at] ?? echoOf(lone, peer) })
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoes[1] ?? echoOf(lone, 3) })
    expect(lone.view).toMatchObject({ role: 'leading', confirmed: true })
    expect(lone.said('newEpoch')).toHaveLength(isSure ? 2 : 0)
  })
})
