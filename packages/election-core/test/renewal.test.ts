import { describe, expect, it } from 'vitest'
import { Cluster } from './harness/cluster.ts'
import { appended, echoOf, granted, leadingCore, newEpoch, refused, statusOf } from './harness/lone-core.ts'
import type { LoneCore } from './harness/lone-core.ts'

/** A leader of epoch 2 that both others follow, and have confirmed just now. */
function followed(): LoneCore {
  const lone = leadingCore()
  lone.wait(60_000)
  for (const peer of [2, 3]) {
    lone.hear(peer, statusOf({ role: 'following', promisedEpoch: 2, promisedTo: 1, leader: { id: 1, epoch: 2, alive: true } }))
    lone.hear(peer, appended(2, 4), { echo: echoOf(lone, peer) })
  }
  expect(lone.view.confirmed).toBe(true)
  return lone
}

/** It has heard of 3's promise of epoch 9, and asked everybody whether it still leads. */
function learning(): LoneCore {
  const lone = followed()
  lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
  expect(lone.said('append').map(({ to }) => to)).toEqual([2, 3])
  expect(lone.said('newEpoch')).toEqual([])
  return lone
}

/** It is confirmed and has begun to renew: 3 is stuck. Its own promise of 10 is not durable yet. */
function asking(): LoneCore {
  const lone = learning()
  lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
  expect(lone.said('newEpoch').map(({ body }) => [body.epoch, body.reEpoch])).toEqual([
    [10, true],
    [10, true],
  ])
  return lone
}

function renewing(): LoneCore {
  const lone = asking()
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
    const lone = asking()
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
})

describe('a leader that hears of a higher promise (decision 13)', () => {
  /** What its followers had said before is on its way for as long as the network likes. */
  it('renews its epoch once a quorum has echoed what was sent after that, and not before', () => {
    const lone = leadingCore()
    lone.wait(60_000)
    const before = echoOf(lone, 2)
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
    const asked = echoOf(lone, 2)
    lone.hear(2, appended(2, 4), { echo: before })
    expect(lone.said('newEpoch')).toEqual([])
    lone.hear(2, appended(2, 0, { ok: false, promisedEpoch: 9, promisedTo: 3 }), { echo: asked })
    expect(lone.said('newEpoch')).toEqual([])
    lone.hear(2, appended(2, 4), { echo: asked })
    expect(lone.said('newEpoch')).toHaveLength(2)
  })

  it('asks anew when it hears of a still higher one, and not when it hears of the same', () => {
    const lone = learning()
    const first = echoOf(lone, 2)
    lone.hear(3, statusOf({ promisedEpoch: 9 }), { echo: echoOf(lone, 3) })
    expect(lone.said('append')).toEqual([])
    lone.hear(3, statusOf({ promisedEpoch: 12 }), { echo: echoOf(lone, 3) })
    lone.hear(2, appended(2, 4), { echo: first })
    expect(lone.said('newEpoch')).toEqual([])
    lone.hear(2, appended(2, 4), { echo: echoOf(lone, 2) })
    expect(lone.said('newEpoch').map(({ body }) => body.epoch)).toEqual([13, 13])
  })

  it('steps down when somebody follows a live leader of a higher epoch, however sure it was a moment ago', () => {
    const lone = followed()
    const leader = { id: 3, epoch: 3, alive: true }
    lone.hear(2, statusOf({ role: 'following', promisedEpoch: 3, promisedTo: 3, leader }), { echo: echoOf(lone, 2) })
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 2 } })
  })

  it('steps down when a voter refuses its renewal in favour of such a leader', () => {
    const lone = renewing()
    lone.hear(3, statusOf({ role: 'candidate', promisedEpoch: 9 }))
    const leader = { id: 3, epoch: 9, alive: true }
    lone.hear(2, refused(10, { promisedEpoch: 9, promisedTo: 3, leader }), { echo: echoOf(lone, 2) })
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 10 } })
  })

  it('reads the question of its successor first when it was suspended and its clock stood still: it promises nothing', () => {
    const lone = followed()
    const promisedOf = (): number => lone.effects.wal.filter(({ kind }) => kind === 'promise').length
    lone.hear(3, newEpoch(3, { epoch: 2, index: 4 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([false])
    expect(lone.said('newEpoch')).toEqual([])
    expect(promisedOf()).toBe(0)
    const leader = { id: 3, epoch: 3, alive: true }
    lone.hear(2, appended(2, 0, { ok: false, promisedEpoch: 3, promisedTo: 3, leader }), { echo: echoOf(lone, 2) })
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 2 } })
    expect(promisedOf()).toBe(0)
  })
})

function cutBoth(cluster: Cluster, a: number, b: number): void {
  cluster.cut(a, b)
  cluster.cut(b, a)
}

describe('a leader that is not established yet', () => {
  it('renews its epoch, too, when the voter that it needs has promised more (a stuck voter beside one whose disk hangs)', () => {
    const cluster = new Cluster({ size: 3, seed: 1, measures: true })
    cluster.startAll()
    cluster.run(5_000_000, () => cluster.converged())
    cluster.run(500_000)
    // Server 3 asks 1 for promises, twice, and ends each time before its own is durable.
    cluster.node(3).crash()
    cluster.closeLink(1, 2)
    cutBoth(cluster, 1, 2)
    cutBoth(cluster, 2, 3)
    cluster.run(300_000)
    for (let times = 0; times < 2; times += 1) {
      cluster.node(3).slowDisk = 0
      cluster.node(3).restart()
      expect(cluster.run(2_000_000, () => cluster.node(3).core.view.role === 'looking')).toBe(true)
      cluster.node(3).slowDisk = 1e12
      expect(cluster.run(3_000_000, () => cluster.node(3).core.view.role === 'candidate')).toBe(true)
      cluster.run(5_000)
      cluster.node(3).crash()
      cluster.run(300_000)
    }
    // Then 2 elects it instead, in an epoch below that promise, and cannot write any more.
    cluster.heal(2, 3)
    cluster.heal(3, 2)
    cutBoth(cluster, 1, 3)
    cluster.closeLink(1, 3)
    cluster.node(3).slowDisk = 0
    cluster.node(3).restart()
    expect(cluster.run(3_000_000, () => cluster.leader()?.id === 3)).toBe(true)
    cluster.node(2).slowDisk = 1e12
    cluster.run(20_000)
    expect(cluster.leader()?.core.view.strength).toBe('elected')
    expect(cluster.node(1).core.view.promised.epoch).toBeGreaterThan(cluster.node(3).core.view.leaderEpoch)
    cluster.healLinks()
    expect(cluster.run(5_000_000, () => cluster.established()?.id === 3)).toBe(true)
  })
})
