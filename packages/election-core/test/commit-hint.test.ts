import type { WalRecord } from '@synod/interface/protocol'
import { describe, expect, it } from 'vitest'
import { append, entriesOf, entriesRecord, LoneCore, promiseRecord, storeOf } from './harness/lone-core.ts'

const limits = { commitHintEntries: 4 }

/** A follower of 2 in epoch 1 whose log ends at 1.8, all of it known to be committed but told to no disk. */
function follower(): { readonly lone: LoneCore; readonly written: WalRecord[] } {
  const written = [...storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 8], 0)])]
  const lone = new LoneCore(written, { limits })
  lone.hear(2, append(1, { epoch: 1, index: 8 }, { commit: 8 }))
  return { lone, written }
}

describe('a note of what is committed (COMMITHINT, protocol §2.1, amendment 4)', () => {
  it('goes beside a batch that is written anyway, and makes none of its own', () => {
    const { lone } = follower()
    expect(lone.view.commitIndex).toBe(8)
    expect(lone.effects.wal.filter((record) => record.kind === 'commithint')).toEqual([])
    lone.hear(2, append(1, { epoch: 1, index: 8 }, { entries: entriesOf(1, [9, 9]), commit: 8 }))
    expect(lone.effects.wal.map((record) => record.kind)).toEqual(['entries', 'commithint'])
    lone.hear(2, append(1, { epoch: 1, index: 9 }, { entries: entriesOf(1, [10, 10]), commit: 9 }))
    expect(lone.effects.wal.map((record) => record.kind)).toEqual(['entries'])
  })

  it('lets a restarted server apply what it knew without a leader', () => {
    const { lone, written } = follower()
    lone.hear(2, append(1, { epoch: 1, index: 8 }, { entries: entriesOf(1, [9, 12]), commit: 8 }))
    const again = new LoneCore([...written, ...lone.effects.wal], { limits })
    expect(again.view).toMatchObject({ commitIndex: 8, lastZxid: { epoch: 1, index: 12 }, role: 'looking' })
  })

  it('is believed as far as the log goes', () => {
    const store = storeOf([promiseRecord(1, 2), entriesRecord(1, [1, 8], 0), { kind: 'commithint', index: 99 }])
    expect(new LoneCore(store).view.commitIndex).toBe(8)
  })
})
