import { describe, expect, it } from 'vitest'
import {
  append,
  appended,
  echoOf,
  entriesOf,
  entriesRecord,
  leadingCore,
  LoneCore,
  promiseRecord,
  snapshotOf,
  storeOf,
} from './harness/lone-core.ts'

const compacted = storeOf([promiseRecord(1, 2), { kind: 'snapbase', snapshot: snapshotOf(1, 10) }, entriesRecord(1, [11, 12])])

describe('an Append that begins below the own log (amendment 33)', () => {
  it('has what is below skipped, for it is committed, and the rest appended', () => {
    const lone = new LoneCore(compacted)
    lone.hear(2, append(1, { epoch: 1, index: 7 }, { entries: entriesOf(1, [8, 14]) }))
    expect(lone.effects.wal).toEqual([expect.objectContaining({ kind: 'entries', prev: { epoch: 1, index: 12 } })])
    expect(lone.view).toMatchObject({ firstIndex: 11, lastZxid: { epoch: 1, index: 14 } })
    lone.sync()
    lone.hear(2, append(1, { epoch: 1, index: 3 }, { entries: entriesOf(1, [4, 6]) }))
    expect(lone.effects.wal).toEqual([])
    expect(lone.said('appended').at(-1)?.body).toMatchObject({ ok: true, durableIndex: 10, conflict: null })
  })
})

describe('an Append that begins beyond the own log (amendment 35)', () => {
  it('is answered with what is here, and truncates nothing', () => {
    const lone = new LoneCore(compacted)
    lone.hear(2, append(1, { epoch: 1, index: 40 }, { entries: entriesOf(1, [41, 41]) }))
    expect(lone.effects.wal).toEqual([])
    expect(lone.said('appended').map(({ body }) => body.conflict?.lastZxid)).toEqual([{ epoch: 1, index: 12 }])
  })

  it('costs the leader one probe, however many answers tell of the same gap', () => {
    const lone = leadingCore()
    for (let at = 0; at < 5; at += 1) lone.step({ type: 'propose', proposalId: at, commands: [new Uint8Array(1)], timeMs: 0 })
    lone.sync()
    const conflict = { lastZxid: { epoch: 1, index: 2 }, firstIndex: 1, epochTable: [{ epoch: 1, lastIndex: 2 }] }
    const resent = Array.from({ length: 5 }, () => {
      lone.hear(2, appended(2, 0, { conflict }), { echo: echoOf(lone, 2) })
      return lone.said('append').filter(({ to, body }) => to === 2 && body.entries.length > 0).length
    })
    expect(resent.reduce((sum, each) => sum + each, 0)).toBe(1)
  })
})
