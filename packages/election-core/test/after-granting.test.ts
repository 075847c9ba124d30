import { describe, expect, it } from 'vitest'
import {
  append,
  echoOf,
  entriesOf,
  entriesRecord,
  leadingCore,
  LoneCore,
  newEpoch,
  promiseRecord,
  statusOf,
  storeOf,
} from './harness/lone-core.ts'

const last = { epoch: 1, index: 5 }

function started(): LoneCore {
  return new LoneCore(storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)]))
}

describe('the role of a voter that grants (amendment 37)', () => {
  it('is looking, unless the one it follows renews its epoch', () => {
    const lone = started()
    lone.hear(2, append(1, last))
    expect(lone.view.role).toBe('following')
    lone.hear(2, newEpoch(2, last))
    expect(lone.view).toMatchObject({ role: 'following', promised: { epoch: 2, candidate: 2 } })
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(3, last))
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 3, candidate: 3 } })
  })

  it('is looking for a candidate, which leads no more', () => {
    const lone = started()
    for (const peer of [2, 3, 2, 3])
      lone.hear(peer, statusOf({ lastZxid: { epoch: 1, index: 2 }, supports: 1 }), { echo: echoOf(lone, peer) })
    expect(lone.view.role).toBe('candidate')
    lone.hear(3, newEpoch(7, { epoch: 1, index: 9 }))
    expect(lone.view).toMatchObject({ role: 'looking', promised: { epoch: 7, candidate: 3 } })
  })

  it('stays leading when a healthy leader is asked by another: it refuses', () => {
    const lone = leadingCore()
    lone.hear(3, newEpoch(9, { epoch: 2, index: 9 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([false])
    expect(lone.view).toMatchObject({ role: 'leading', promised: { candidate: 1 } })
  })
})

describe('a promise within one epoch (amendment 32)', () => {
  it('is given to one candidate, whoever asks later, and moves only to the leader of that epoch', () => {
    const lone = started()
    lone.hear(2, newEpoch(5, last))
    lone.sync()
    lone.hear(3, newEpoch(5, { epoch: 1, index: 9 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([false])
    lone.hear(3, append(5, last, { entries: entriesOf(5, [6, 6], 1) }))
    expect(lone.effects.wal.map(({ kind }) => kind)).toEqual(['promise', 'entries'])
    expect(lone.view).toMatchObject({ role: 'following', promised: { epoch: 5, candidate: 3 } })
  })

  it('asked for again while it is on its way to the disk is granted only when it is there (amendment 2)', () => {
    const lone = started()
    lone.hear(2, newEpoch(5, last))
    expect(lone.effects.wal.map(({ kind }) => kind)).toEqual(['promise'])
    const { walSequence } = lone.effects
    lone.hear(2, newEpoch(5, last))
    expect(lone.effects.wal).toEqual([])
    expect(lone.said('ackEpoch').map(({ afterSequence, body }) => [body.granted, afterSequence])).toEqual([[true, walSequence]])
  })
})

describe('stickiness (amendment 39)', () => {
  it('compares the vote in the question, not what a Status said before', () => {
    const lone = started()
    for (const peer of [2, 3]) lone.hear(peer, statusOf({ supports: 2, lastZxid: { epoch: 1, index: 4 } }), { echo: echoOf(lone, peer) })
    for (const peer of [2, 3]) lone.hear(peer, statusOf({ supports: 2, lastZxid: { epoch: 1, index: 4 } }), { echo: echoOf(lone, peer) })
    lone.hear(2, newEpoch(50, { epoch: 1, index: 4 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([false])
    lone.hear(2, newEpoch(50, { epoch: 1, index: 6 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([true])
  })

  it('holds for no leader that is suspected', () => {
    const lone = started()
    lone.hear(2, append(1, last))
    lone.hear(3, newEpoch(5, { epoch: 1, index: 9 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([false])
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(6, { epoch: 1, index: 9 }))
    expect(lone.said('ackEpoch').map(({ body }) => body.granted)).toEqual([true])
  })
})

describe('whom a pool counts (amendment 40)', () => {
  it('is no candidate, though it may hear and be heard', () => {
    const lone = started()
    const behind = { lastZxid: { epoch: 1, index: 2 }, supports: 1 }
    lone.step({ type: 'refused', peer: 3 })
    lone.step({ type: 'closed', peer: 3 })
    for (let round = 0; round < 3; round += 1)
      lone.hear(2, statusOf({ ...behind, role: 'candidate', reach: [1, 2] }), { echo: echoOf(lone, 2) })
    lone.after(100_000).step({ type: 'tick' })
    expect(lone.view.role).toBe('looking')
    for (let round = 0; round < 2; round += 1) lone.hear(2, statusOf({ ...behind, reach: [1, 2] }), { echo: echoOf(lone, 2) })
    expect(lone.view.role).toBe('candidate')
  })
})
