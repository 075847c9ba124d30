import type { CoreBody, SnapshotMeta } from '@synod/interface/protocol'
import { describe, expect, it } from 'vitest'
import { append, entriesOf, entriesRecord, LoneCore, newEpoch, promiseRecord, snapshotOf, storeOf } from './harness/lone-core.ts'

function begin(epoch: number, snapshot: SnapshotMeta): CoreBody {
  return { type: 'snapshotBegin', epoch, forFetch: false, candidateIncarnation: 0, snapshot }
}

function chunk(epoch: number, snapshot: SnapshotMeta, offset = 0): CoreBody {
  const { id, size } = snapshot
  const bytes = new Uint8Array(16)
  return {
    type: 'snapshotChunk',
    epoch,
    forFetch: false,
    candidateIncarnation: 0,
    snapshotId: id,
    offset,
    bytes,
    last: offset + 16 >= size,
  }
}

const snapshot = snapshotOf(3, 95)

/** Server 1 with five entries of epoch 1, following 2. */
function follower(): LoneCore {
  const lone = new LoneCore(storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 5], 0)]))
  lone.hear(2, append(1, { epoch: 1, index: 5 }))
  return lone
}

/** The whole snapshot has arrived and is written; its check is under way. */
function received(lone: LoneCore, epoch: number): void {
  lone.hear(2, begin(epoch, snapshot))
  lone.hear(2, chunk(epoch, snapshot))
  lone.hear(2, chunk(epoch, snapshot, 16))
  lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
  expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['verify'])
}

describe('a snapshot is a word of a leader like any other (amendment 3)', () => {
  it('is refused from a leader below the promise', () => {
    const lone = follower()
    lone.hear(3, newEpoch(2, { epoch: 1, index: 5 }))
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(2, { epoch: 1, index: 5 }))
    expect(lone.view.promised).toMatchObject({ epoch: 2, candidate: 3 })
    lone.hear(2, begin(1, snapshot))
    expect(lone.said('appended').map(({ body }) => body.ok)).toEqual([false])
    expect(lone.said('snapshotAck')).toEqual([])
    lone.hear(2, chunk(1, snapshot))
    expect(lone.effects.snapshot).toEqual([])
  })

  it('of a newer epoch brings its promise, on the disk no later than the snapshot itself', () => {
    const lone = follower()
    lone.hear(2, begin(3, snapshot))
    expect(lone.effects.wal).toEqual([expect.objectContaining({ kind: 'promise', epoch: 3, candidate: 2 })])
    received(lone, 3)
    lone.step({ type: 'snapshotVerified', snapshotId: snapshot.id, ok: true })
    expect(lone.effects.wal.map(({ kind }) => kind)).toEqual(['meta', 'promise', 'snapbase'])
    expect(lone.view.lastZxid).toEqual({ epoch: 3, index: 95 })
  })

  it('is given up for a promise to another, also when its last news come late', () => {
    const lone = follower()
    lone.hear(2, begin(3, snapshot))
    lone.hear(2, chunk(3, snapshot))
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(4, { epoch: 3, index: 95 }))
    expect(lone.view.promised).toMatchObject({ epoch: 4, candidate: 3 })
    expect(lone.effects.snapshot).toEqual([{ kind: 'discard', snapshotId: snapshot.id }])
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    expect(lone.effects).toMatchObject({ snapshot: [], send: [], wal: [] })
    lone.step({ type: 'snapshotVerified', snapshotId: snapshot.id, ok: true })
    expect(lone.effects).toMatchObject({ install: null, wal: [] })
    expect(lone.view.lastZxid).toEqual({ epoch: 1, index: 5 })
  })

  it('that begins anew takes no news of the transfer before for its own', () => {
    const lone = follower()
    lone.hear(2, begin(3, snapshot))
    lone.hear(2, chunk(3, snapshot))
    lone.hear(2, chunk(3, snapshot, 16))
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(4, { epoch: 3, index: 95 }))
    expect(lone.effects.snapshot).toEqual([{ kind: 'discard', snapshotId: snapshot.id }])
    lone.sync()
    lone.hear(3, begin(4, snapshot))
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    expect(lone.effects.snapshot).toEqual([])
    lone.hear(3, chunk(4, snapshot))
    lone.hear(3, chunk(4, snapshot, 16))
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['verify'])
  })

  it('is given up when the promise changes while it is checked', () => {
    const lone = follower()
    received(lone, 3)
    lone.step({ type: 'closed', peer: 2 })
    lone.hear(3, newEpoch(4, { epoch: 3, index: 95 }))
    lone.step({ type: 'snapshotVerified', snapshotId: snapshot.id, ok: true })
    expect(lone.effects).toMatchObject({ install: null, wal: [] })
    expect(lone.view.lastZxid).toEqual({ epoch: 1, index: 5 })
  })
})

describe('a snapshot that is older than what is here (amendment 4)', () => {
  const old = snapshotOf(1, 5)

  it('is refused after a restart, though nothing is known to be committed', () => {
    const base = { ...snapshotOf(1, 10), epochTable: [{ epoch: 1, lastIndex: 10 }] }
    const lone = new LoneCore(storeOf([promiseRecord(1, 2), { kind: 'snapbase', snapshot: base }, entriesRecord(1, [11, 12])]))
    expect(lone.view).toMatchObject({ firstIndex: 11, commitIndex: 10 })
    lone.hear(2, begin(1, old))
    expect(lone.said('snapshotAck').map(({ body }) => body.have)).toEqual([{ epoch: 1, index: 10 }])
    lone.hear(2, chunk(1, old))
    lone.step({ type: 'snapshotVerified', snapshotId: old.id, ok: true })
    expect(lone.effects.install).toBeNull()
    expect(lone.view.lastZxid).toEqual({ epoch: 1, index: 12 })
  })

  it('is discarded when Appends have gone beyond it while it was checked', () => {
    const lone = follower()
    lone.hear(2, begin(1, snapshotOf(1, 7)))
    lone.hear(2, chunk(1, snapshotOf(1, 7)))
    lone.hear(2, chunk(1, snapshotOf(1, 7), 16))
    lone.step({ type: 'snapshotWritten', snapshotId: '1-7', offset: 32 })
    expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['verify'])
    lone.hear(2, append(1, { epoch: 1, index: 5 }, { entries: entriesOf(1, [6, 9]), commit: 9 }))
    const asked = [...lone.effects.snapshot]
    lone.step({ type: 'snapshotVerified', snapshotId: '1-7', ok: true })
    expect(lone.effects.install).toBeNull()
    expect([...asked, ...lone.effects.snapshot]).toEqual([{ kind: 'discard', snapshotId: '1-7' }])
    expect(lone.view.lastZxid).toEqual({ epoch: 1, index: 9 })
  })
})

describe('a snapshot that is offered again while its pieces are on their way', () => {
  it('goes on where it is: what has arrived is being written (seed 0x5be)', () => {
    const lone = follower()
    lone.hear(2, begin(1, snapshot))
    lone.hear(2, chunk(1, snapshot))
    lone.hear(2, begin(1, snapshot))
    expect(lone.said('snapshotAck').at(-1)?.body).toMatchObject({ offset: 16 })
    lone.hear(2, chunk(1, snapshot, 16))
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 16 })
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['verify'])
  })

  it('under a newer epoch, which discards them, is not installed by a late check of what was discarded', () => {
    const lone = follower()
    lone.hear(2, begin(1, snapshot))
    lone.hear(2, chunk(1, snapshot))
    lone.hear(2, chunk(1, snapshot, 16))
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['verify'])
    lone.hear(2, begin(2, snapshot))
    expect(lone.effects.snapshot.map(({ kind }) => kind)).toEqual(['discard'])
    lone.step({ type: 'snapshotVerified', snapshotId: snapshot.id, ok: true })
    expect(lone.effects.install).toBeNull()
    lone.sync()
    lone.hear(2, chunk(2, snapshot))
    lone.hear(2, chunk(2, snapshot, 16))
    lone.step({ type: 'snapshotWritten', snapshotId: snapshot.id, offset: 32 })
    lone.step({ type: 'snapshotVerified', snapshotId: snapshot.id, ok: true })
    expect(lone.effects.install?.id).toBe(snapshot.id)
  })
})
